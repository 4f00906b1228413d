"""Paths into objects of a schema: those of rules (``fieldPath``) and of selectable fields, and the simple ones of ``scale``.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go`` (``ValidFieldPath``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cluster.machinery.errors import quote
from cluster.machinery.meta import Obj

_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\['((?:[^'\\]|\\.)*)'\]")


class FieldPathError(ValueError):
    """A path that is no path, or leads nowhere in its schema."""


def field_path(text: str, *, arrays: bool = True) -> list[str]:
    """Split ``.spec.labels['a.b']`` into its steps. ``arrays``: whether brackets may be used. Raises FieldPathError."""
    steps: list[str] = []
    position = 0
    while position < len(text):
        found = _STEP.match(text, position)
        if found is None or (found[2] is not None and not arrays):
            wanted = "expected [ or . but got" if arrays else "expected . but got"
            raise FieldPathError(f"{wanted}: {text[position : position + 1]}")
        steps.append(found[1] if found[1] is not None else re.sub(r"\\(.)", r"\1", found[2]))
        position = found.end()
    if not steps:
        raise FieldPathError("empty path is not allowed")
    return steps


def field_at(schema: Obj, steps: Sequence[str]) -> Obj:
    """Return the schema of the field at a path. Raises FieldPathError."""
    for step in steps:
        properties = schema.get("properties") or {}
        additional = schema.get("additionalProperties")
        if step in properties:
            schema = properties[step]
        elif isinstance(additional, dict):
            schema = additional
        elif step == "metadata":
            schema = {"type": "object"}
        else:
            raise FieldPathError(f"does not refer to a valid field: {quote(step)}")
    return schema


def value_at(obj: Obj, simple_path: str) -> object:
    """Return what stands at ``.spec.replicas`` in an object, or None."""
    value: object = obj
    for step in simple_path.strip(".").split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value


def set_at(obj: Obj, simple_path: str, value: object) -> None:
    """Put a value at ``.spec.replicas`` in an object, in place; what is missing on the way is made."""
    *steps, last = simple_path.strip(".").split(".")
    for step in steps:
        if not isinstance(obj.get(step), dict):
            obj[step] = {}
        obj = obj[step]
    obj[last] = value
