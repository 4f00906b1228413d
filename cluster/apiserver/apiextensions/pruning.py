"""Pruning: a custom resource keeps only the fields that its schema knows.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning/algorithm.go``.
"""

from __future__ import annotations

from cluster.machinery.meta import Obj

PRESERVE = "x-kubernetes-preserve-unknown-fields"
EMBEDDED = "x-kubernetes-embedded-resource"
_OBJECT_FIELDS = frozenset({"apiVersion", "kind", "metadata"})
_NOTHING_KNOWN: Obj = {}


def prune(value: object, schema: Obj, *, is_resource: bool = False) -> list[str]:
    """Drop, in place, what the schema does not know, and return the paths of what was dropped, in document order.

    ``is_resource``: the value is an object with ``apiVersion``, ``kind`` and ``metadata``, which stay.
    """
    lost: list[str] = []
    _prune(value, schema, "", lost, is_resource=is_resource or bool(schema.get(EMBEDDED)))
    return lost


def _prune(value: object, schema: Obj, path: str, lost: list[str], *, is_resource: bool) -> None:
    if isinstance(value, list):
        items = schema.get("items")
        if not isinstance(items, dict) and schema.get(PRESERVE):
            return
        inner = items if isinstance(items, dict) else _NOTHING_KNOWN
        for index, item in enumerate(value):
            _prune(item, inner, f"{path}[{index}]", lost, is_resource=bool(inner.get(EMBEDDED)))
    elif isinstance(value, dict):
        _prune_fields(value, schema, path, lost, is_resource=is_resource)


def _prune_fields(value: Obj, schema: Obj, path: str, lost: list[str], *, is_resource: bool) -> None:
    properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
    for key in list(value):
        here = f"{path}.{key}" if path else key
        if is_resource and key in _OBJECT_FIELDS:
            continue
        field = properties.get(key)
        if field is None and isinstance(additional, dict):
            field = additional
        if field is not None:
            _prune(value[key], field, here, lost, is_resource=bool(field.get(EMBEDDED)))
        elif not schema.get(PRESERVE) and additional is not True:
            lost.append(here)
            del value[key]
