"""Lists that are sets or maps: nothing may stand in them twice.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype/validation.go``.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from cluster.machinery.errors import FieldError, duplicate
from cluster.machinery.meta import Obj

LIST_TYPE, KEYS = "x-kubernetes-list-type", "x-kubernetes-list-map-keys"


def validate_lists(value: object, schema: Obj, path: str = "") -> Iterator[FieldError]:
    """Yield a fault for each item that a set or a map has already."""
    if isinstance(value, list):
        items = schema.get("items")
        seen: set[bytes] = set()
        for index, item in enumerate(value):
            identity = identity_of(item, schema)
            if identity is None:
                continue
            text = orjson.dumps(identity, option=orjson.OPT_SORT_KEYS)
            if text in seen:
                yield duplicate(f"{path}[{index}]", identity)
            seen.add(text)
        for index, item in enumerate(value):
            if isinstance(items, dict):
                yield from validate_lists(item, items, f"{path}[{index}]")
    elif isinstance(value, dict):
        properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
        for key, item in value.items():
            if key in properties:
                yield from validate_lists(item, properties[key], f"{path}.{key}" if path else key)
            elif isinstance(additional, dict):
                yield from validate_lists(item, additional, f"{path}[{key}]")


def identity_of(item: object, schema: Obj) -> object | None:
    """Return what makes an item of a list the same as another: itself in a set, its keys in a map; None: its place only."""
    if schema.get(LIST_TYPE) == "set":
        return item
    if schema.get(LIST_TYPE) != "map" or not isinstance(item, dict):
        return None
    properties = (schema.get("items") or {}).get("properties") or {}
    defaults = {key: (properties.get(key) or {}).get("default") for key in schema.get(KEYS) or ()}
    return {key: item.get(key, default) for key, default in defaults.items() if key in item or default is not None}
