"""Values as rules see them: typed by their schema, with the field names that CEL can write.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/values.go``, ``.../model/schemas.go``,
``staging/src/k8s.io/apiserver/pkg/cel/escaping.go``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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


class OutOfBudget(Exception):  # noqa: N818 - a refusal, not a fault of the program
    """The rules of one object have looked at too many items."""


class Budget:
    """How many items all rules of one object may look at, in ``all``, ``exists`` and their like."""

    def __init__(self, items: int) -> None:
        self._left = items

    def spend(self) -> None:
        """Look at one item. Raises OutOfBudget."""
        self._left -= 1
        if self._left < 0:
            raise OutOfBudget


class _List(celtypes.ListType):
    """A list whose items are counted as they are looked at."""

    def __init__(self, items: list[CelValue], budget: Budget) -> None:
        super().__init__(items)
        self._budget = budget

    def __iter__(self) -> Iterator[CelValue]:
        for item in super().__iter__():
            self._budget.spend()
            yield item


class _Map(celtypes.MapType):
    """A map whose keys are counted as they are looked at."""

    def __init__(self, fields: dict[CelValue, CelValue], budget: Budget) -> None:
        super().__init__(fields)
        self._budget = budget

    def __iter__(self) -> Iterator[CelValue]:
        for key in super().__iter__():
            self._budget.spend()
            yield key


def escaped(name: str) -> str | None:
    """Return a field's name as rules write it (``first-name`` is ``first__dash__name``), or None for one that they cannot."""
    if name in _RESERVED:
        return f"__{name}__"
    text = _SPECIAL.sub(lambda found: _ESCAPES[found[0]], name)
    return text if _IDENTIFIER.fullmatch(text) else None


def with_object_fields(schema: Obj) -> Obj:
    """Return the schema of a whole object as rules see it: it has a kind, a version and a name."""
    return {**schema, "properties": {**(schema.get("properties") or {}), **_OBJECT_FIELDS}}


def cel_value(value: object, schema: Obj, budget: Budget) -> CelValue:
    """Return a value for a rule. What the schema does not know stays out. Raises ValueError for a malformed moment."""
    if isinstance(value, dict):
        return _fields(value, schema, budget)
    if isinstance(value, list):
        items = schema.get("items")
        return _List([cel_value(item, items if isinstance(items, dict) else {}, budget) for item in value], budget)
    if isinstance(value, str):
        return _text(value, schema)
    if isinstance(value, bool):
        return celtypes.BoolType(value)
    if isinstance(value, int):
        return celtypes.DoubleType(value) if schema.get("type") == "number" else celtypes.IntType(value)
    if isinstance(value, float):
        return celtypes.IntType(int(value)) if schema.get("type") == "integer" else celtypes.DoubleType(value)
    return None


def _fields(value: Obj, schema: Obj, budget: Budget) -> celtypes.MapType:
    properties, additional = schema.get("properties"), schema.get("additionalProperties")
    fields: dict[celtypes.Value, CelValue] = {}
    for key, item in value.items():
        if isinstance(additional, dict):
            fields[celtypes.StringType(key)] = cel_value(item, additional, budget)
        elif properties and key in properties and (name := escaped(key)) is not None:
            fields[celtypes.StringType(name)] = cel_value(item, properties[key], budget)
    return _Map(fields, budget)


def _text(value: str, schema: Obj) -> celtypes.Value:
    form = "" if schema.get(INT_OR_STRING) else schema.get("format") or ""
    if form in ("date-time", "date"):
        return celtypes.TimestampType(value if form == "date-time" else f"{value}T00:00:00Z")
    if form == "duration":
        return celtypes.DurationType(value)
    if form == "byte":
        return celtypes.BytesType(value.encode())
    return celtypes.StringType(value)
