"""``deployments/scale`` and ``replicasets/scale``: the number of replicas, for who need not know what is scaled.

Upstream: ``pkg/registry/apps/deployment/storage/storage.go`` (``ScaleREST``), ``pkg/apis/autoscaling/validation``.
"""

from __future__ import annotations

from cluster.machinery.errors import FieldError, invalid
from cluster.machinery.labels import selector_from_object
from cluster.machinery.meta import Obj


def scale_of(obj: Obj) -> Obj:
    """Return the Scale of a workload. Shares nothing with it that could change."""
    meta = obj["metadata"]
    fields = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {field: meta[field] for field in fields if field in meta},
        "spec": {"replicas": obj["spec"].get("replicas", 0)},
        "status": {
            "replicas": obj.get("status", {}).get("replicas", 0),
            "selector": str(selector_from_object(obj["spec"].get("selector"))),
        },
    }


def validate_scale(scale: Obj) -> list[FieldError]:
    """Judge a wanted Scale."""
    replicas = scale.get("spec", {}).get("replicas") or 0
    return [] if replicas >= 0 else [invalid("spec.replicas", replicas, "must be greater than or equal to 0")]


def scaled(obj: Obj, scale: Obj) -> Obj:
    """Return a workload with the Scale's number and resourceVersion; ``obj`` is taken over."""
    obj["spec"]["replicas"] = scale.get("spec", {}).get("replicas") or 0
    meta = scale["metadata"]
    obj["metadata"]["resourceVersion"] = meta.get("resourceVersion", "")
    if meta.get("uid"):
        obj["metadata"]["uid"] = meta["uid"]
    return obj
