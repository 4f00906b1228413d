"""Columns of custom resources: their name, and what ``additionalPrinterColumns`` of their version say.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor/tableconvertor.go``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

import jsonpath
import orjson

from cluster.apiserver.printers.columns import NAME, Cell, Column, Printer, since
from cluster.machinery.kinds.custom import CustomKind
from cluster.machinery.meta import Obj, SimTime

_CREATED = "Time since the object was created."
_AGE: Obj = {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp", "description": _CREATED}
_ESCAPED = re.compile(r"\.((?:[^.\[\]\\]|\\.)*\\.(?:[^.\[\]\\]|\\.)*)")


@functools.lru_cache(256)
def printer_of(kind: CustomKind) -> Printer:
    """Return the printer of a kind; without columns of its own it shows the age."""
    columns = kind.columns or (_AGE,)
    finders = [(column["type"], _finder(column["jsonPath"])) for column in columns]

    def cells(obj: Obj, now: SimTime) -> list[Cell]:
        return [obj["metadata"].get("name", ""), *(_cell(kind, find(obj), now) for kind, find in finders)]

    return Printer((NAME, *(_column(column) for column in columns)), cells)


def _column(column: Obj) -> Column:
    description = column.get("description") or f"Custom resource definition column (in JSONPath format): {column['jsonPath']}"
    return Column(column["name"], description, column["type"], column.get("format") or "", column.get("priority") or 0)


def _finder(path: str) -> Callable[[Obj], object]:
    """Return what finds the first value at a path of kubectl's kind, whose names may have escaped dots."""
    standard = "$" + _ESCAPED.sub(lambda found: "['" + re.sub(r"\\(.)", r"\1", found[1]) + "']", path)
    try:
        compiled = jsonpath.compile(standard)
    except jsonpath.JSONPathError:
        return lambda obj: None

    def find(obj: Obj) -> object:
        found = compiled.match(obj)
        return found.obj if found is not None else None

    return find


def _cell(kind: str, value: object, now: SimTime) -> Cell:
    if value is None:
        return None
    if kind == "string":
        return _text(value)
    if kind == "date":
        return _age(value, now)
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if kind == "integer" else float(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _age(value: object, now: SimTime) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        return since(value, now)
    except ValueError:
        return "<invalid>"
