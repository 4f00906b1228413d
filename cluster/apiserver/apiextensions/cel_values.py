"""Values as rules see them: typed by their schema, with the field names that CEL can write.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/values.go``, ``.../model/schemas.go``,
``staging/src/k8s.io/apiserver/pkg/cel/escaping.go``.
"""

from __future__ import annotations

import re

from celpy import celtypes

from cluster.apiserver.apiextensions.values import INT_OR_STRING
from cluster.machinery.meta import Obj

_RESERVED = frozenset(
    {"true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function"}
    | {"if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while"}
)
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_ESCAPES = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}
_SPECIAL = re.compile(r"__|[.\-/]")
_OBJECT_FIELDS: Obj = {
    "apiVersion": {"type": "string"},
    "kind": {"type": "string"},
    "metadata": {"type": "object", "properties": {"name": {"type": "string"}, "generateName": {"type": "string"}}},
}

CelValue = celtypes.Value | None


def escaped(name: str) -> str | None:
    """Return a field's name as rules write it (``first-name`` is ``first__dash__name``), or None for one that they cannot."""
    if name in _RESERVED:
        return f"__{name}__"
    text = _SPECIAL.sub(lambda found: _ESCAPES[found[0]], name)
    return text if _IDENTIFIER.fullmatch(text) else None


def with_object_fields(schema: Obj) -> Obj:
    """Return the schema of a whole object as rules see it: it has a kind, a version and a name."""
    return {**schema, "properties": {**(schema.get("properties") or {}), **_OBJECT_FIELDS}}


def cel_value(value: object, schema: Obj) -> CelValue:
    """Return a value for a rule. What the schema does not know stays out. Raises ValueError for a malformed moment."""
    if isinstance(value, dict):
        return _fields(value, schema)
    if isinstance(value, list):
        items = schema.get("items")
        return celtypes.ListType([cel_value(item, items if isinstance(items, dict) else {}) for item in value])
    if isinstance(value, str):
        return _text(value, schema)
    if isinstance(value, bool):
        return celtypes.BoolType(value)
    if isinstance(value, int):
        return celtypes.DoubleType(value) if schema.get("type") == "number" else celtypes.IntType(value)
    if isinstance(value, float):
        return celtypes.IntType(int(value)) if schema.get("type") == "integer" else celtypes.DoubleType(value)
    return None


def _fields(value: Obj, schema: Obj) -> celtypes.MapType:
    properties, additional = schema.get("properties"), schema.get("additionalProperties")
    fields: dict[celtypes.Value, CelValue] = {}
    for key, item in value.items():
        if isinstance(additional, dict):
            fields[celtypes.StringType(key)] = cel_value(item, additional)
        elif properties and key in properties and (name := escaped(key)) is not None:
            fields[celtypes.StringType(name)] = cel_value(item, properties[key])
    return celtypes.MapType(fields)


def _text(value: str, schema: Obj) -> celtypes.Value:
    form = "" if schema.get(INT_OR_STRING) else schema.get("format") or ""
    if form in ("date-time", "date"):
        return celtypes.TimestampType(value if form == "date-time" else f"{value}T00:00:00Z")
    if form == "duration":
        return celtypes.DurationType(value)
    if form == "byte":
        return celtypes.BytesType(value.encode())
    return celtypes.StringType(value)
