"""Defaults of custom resources, as their schema has them.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting/{algorithm,prune,validation}.go``.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from cluster.apiserver.apiextensions.pruning import prune
from cluster.apiserver.apiextensions.values import validate_value
from cluster.machinery.errors import FieldError, invalid
from cluster.machinery.meta import Obj


def set_defaults(value: object, schema: Obj) -> None:
    """Fill in, in place, what is missing or null where null is not allowed; then drop such nulls that have no default."""
    _fill(value, schema)
    _drop_nulls(value, schema)


def _fill(value: object, schema: Obj) -> None:
    if isinstance(value, list):
        items = schema.get("items")
        if isinstance(items, dict):
            for index, item in enumerate(value):
                if _is_unwanted_null(item, items) and items.get("default") is not None:
                    value[index] = _copy(items["default"])
                _fill(value[index], items)
        return
    if not isinstance(value, dict):
        return
    properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
    for name, field in properties.items():
        if field.get("default") is not None and (name not in value or _is_unwanted_null(value[name], field)):
            value[name] = _copy(field["default"])
        if name in value:
            _fill(value[name], field)
    if isinstance(additional, dict):
        for key, item in value.items():
            if key in properties:
                continue
            if _is_unwanted_null(item, additional) and additional.get("default") is not None:
                value[key] = _copy(additional["default"])
            _fill(value[key], additional)


def _drop_nulls(value: object, schema: Obj) -> None:
    if isinstance(value, list):
        items = schema.get("items")
        if isinstance(items, dict):
            for item in value:
                _drop_nulls(item, items)
        return
    if not isinstance(value, dict):
        return
    properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
    for key in list(value):
        field = properties.get(key, additional)
        if not isinstance(field, dict):
            continue
        if _is_unwanted_null(value[key], field):
            del value[key]
        else:
            _drop_nulls(value[key], field)


def _is_unwanted_null(value: object, schema: Obj) -> bool:
    return value is None and not schema.get("nullable")


def _copy(value: object) -> object:
    return orjson.loads(orjson.dumps(value))


def validate_defaults(schema: Obj, path: str) -> list[FieldError]:
    """Judge the defaults in a structural schema: each must fit its own place."""
    return list(_validate(schema, path))


def _validate(schema: Obj, path: str) -> Iterator[FieldError]:
    default = schema.get("default")
    if default is not None:
        pruned = _copy(default)
        prune(pruned, schema)
        if pruned != default:
            yield invalid(f"{path}.default", default, "must not have unknown fields")
        yield from validate_value(default, schema, f"{path}.default")
    if isinstance(schema.get("items"), dict):
        yield from _validate(schema["items"], f"{path}.items")
    for name, field in sorted((schema.get("properties") or {}).items()):
        yield from _validate(field, f"{path}.properties[{name}]")
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _validate(schema["additionalProperties"], f"{path}.additionalProperties")
