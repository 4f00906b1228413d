"""The annotation of client-side apply, when ``kubectl apply --server-side`` takes over what ``kubectl apply`` began.

What the annotation says and the object still has was applied, by whomever the managed fields name: kubectl may change it without a
conflict. The annotation itself is kept up to date, so that one can go back.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/{lastapplied,lastappliedmanager,lastappliedupdater}.go``.
"""

from __future__ import annotations

import orjson

from cluster.machinery.apply import BadItem, FieldSet, InvalidObject, MergeType, validate
from cluster.machinery.apply.comparison import compare, unchanged
from cluster.machinery.apply.extraction import fields_of
from cluster.machinery.meta import Obj

KUBECTL = "kubectl"
"""The manager whose applies take over."""
ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration"
_LONGEST_ANNOTATIONS = 256 * 1024


def applied_fields(type: MergeType, live: Obj, api_version: str) -> FieldSet:
    """Return the fields that the annotation of an object holds as the object has them; none without a readable annotation."""
    text = (live["metadata"].get("annotations") or {}).get(ANNOTATION)
    if not text:
        return {}
    try:
        last = orjson.loads(text)
        if not isinstance(last, dict) or last.get("apiVersion") != api_version:
            return {}
        validate(type, last)
        return unchanged(fields_of(type, last), compare(type, last, live))
    except (orjson.JSONDecodeError, InvalidObject, BadItem):
        return {}


def keep_annotation(obj: Obj, config: Obj) -> None:
    """Write the configuration into the annotation of ``obj``, in place, where it has one and there is room."""
    annotations = obj["metadata"].get("annotations") or {}
    if not annotations.get(ANNOTATION):
        return
    meta = dict(config.get("metadata") or {})
    if ANNOTATION in (meta.get("annotations") or {}):
        meta["annotations"] = {name: value for name, value in meta["annotations"].items() if name != ANNOTATION}
    content = orjson.dumps({**config, "metadata": meta}, option=orjson.OPT_SORT_KEYS).decode() + "\n"
    kept = {**annotations, ANNOTATION: content}
    if sum(len(name.encode()) + len(value.encode()) for name, value in kept.items()) > _LONGEST_ANNOTATIONS:
        del kept[ANNOTATION]
    obj["metadata"] = {**obj["metadata"], "annotations": kept}
