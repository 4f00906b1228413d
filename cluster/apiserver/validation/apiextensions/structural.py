"""Rules that make a schema structural: it must say of every field what it is, outside of ``allOf``, ``anyOf``, ``oneOf`` and ``not``.

Only then can objects be pruned and filled with defaults without looking at their values.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/{validation,complete}.go``.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

import re2

from cluster.machinery.errors import FieldError, forbidden_field, invalid, required
from cluster.machinery.meta import Obj

PRESERVE = "x-kubernetes-preserve-unknown-fields"
EMBEDDED = "x-kubernetes-embedded-resource"
INT_OR_STRING = "x-kubernetes-int-or-string"

_INT_OR_STRING_TYPES = [{"type": "integer"}, {"type": "string"}]
_GENERIC = (
    ("type", "must be empty to be structural"),
    ("additionalProperties", "must be undefined to be structural"),
    ("default", "must be undefined to be structural"),
    ("title", "must be empty to be structural"),
    ("description", "must be empty to be structural"),
    ("nullable", "must be false to be structural"),
    ("externalDocs", "must be undefined to be structural"),
    (PRESERVE, "must be false to be structural"),
    (EMBEDDED, "must be false to be structural"),
    (INT_OR_STRING, "must be false to be structural"),
    ("x-kubernetes-list-map-keys", "must be empty to be structural"),
    ("x-kubernetes-list-type", "must be undefined to be structural"),
    ("x-kubernetes-map-type", "must be undefined to be structural"),
    ("x-kubernetes-validations", "must be empty to be structural"),
)
"""What may stand only outside of ``allOf`` and the others."""
_JUNCTORS = ("anyOf", "allOf", "oneOf")


class Level(Enum):
    """Where a schema stands. The value names it in complaints."""

    ROOT = "at the root"
    ITEM = "for specified array items"
    FIELD = "for specified object fields"


def validate_structural(schema: Obj, path: str) -> list[FieldError]:
    """Judge a whole schema; complaints are in the order of their texts, as upstream sorts them."""
    return sorted([*_invariants(schema, Level.ROOT, path), *_completeness(schema, path)], key=str)


def children_of(schema: Obj, path: str) -> Iterator[tuple[Obj, str, Level]]:
    """Yield the schemas of the items, the fields and the additional fields, each with its path."""
    if isinstance(schema.get("items"), dict):
        yield schema["items"], f"{path}.items", Level.ITEM
    for name, field in (schema.get("properties") or {}).items():
        yield field, f"{path}.properties[{name}]", Level.FIELD
    if isinstance(schema.get("additionalProperties"), dict):
        yield schema["additionalProperties"], f"{path}.additionalProperties", Level.FIELD


def _invariants(schema: Obj, level: Level, path: str) -> Iterator[FieldError]:
    if schema.get("type") == "array" and not isinstance(schema.get("items"), dict):
        yield required(f"{path}.items", "must be specified")
    if level is Level.ROOT and schema.get("additionalProperties") is not None:
        yield forbidden_field(f"{path}.additionalProperties", "must not be used at the root")
    for child, child_path, child_level in children_of(schema, path):
        yield from _invariants(child, child_level, child_path)
    yield from _extensions(schema, path)
    all_of = schema.get("allOf") or [{}]
    yield from _value_validation(
        schema,
        path,
        skip_any_of=schema.get("anyOf") == _INT_OR_STRING_TYPES,
        skip_first_all_of=all_of[0].get("anyOf") == _INT_OR_STRING_TYPES,
    )
    yield from _type(schema, level, path)
    yield from _object_fields(schema, level, path)


def _extensions(schema: Obj, path: str) -> Iterator[FieldError]:
    if schema.get(INT_OR_STRING):
        for field in (PRESERVE, EMBEDDED):
            if schema.get(field):
                yield invalid(f"{path}.{field}", True, f"must be false if {INT_OR_STRING} is true")


def _type(schema: Obj, level: Level, path: str) -> Iterator[FieldError]:
    kind = schema.get("type") or ""
    if schema.get(EMBEDDED) and kind != "object":
        detail = f"must be object if {EMBEDDED} is true"
        yield invalid(f"{path}.type", kind, detail) if kind else required(f"{path}.type", detail)
    elif not kind and not schema.get(INT_OR_STRING) and not schema.get(PRESERVE):
        yield required(f"{path}.type", f"must not be empty {level.value}")
    if schema.get(EMBEDDED) and schema.get("additionalProperties") is not None:
        yield forbidden_field(f"{path}.additionalProperties", f"must not be used if {EMBEDDED} is set")
    if level is Level.ROOT and kind and kind != "object":
        yield invalid(f"{path}.type", kind, "must be object at the root")


def _object_fields(schema: Obj, level: Level, path: str) -> Iterator[FieldError]:
    """The fields that every object has, at the root and in embedded resources."""
    properties = schema.get("properties") or {}
    is_object = level is Level.ROOT or bool(schema.get(EMBEDDED))
    for name in ("kind", "apiVersion"):
        if is_object and name in properties and properties[name].get("type") != "string":
            yield invalid(f"{path}.properties[{name}].type", properties[name].get("type") or "", "must be string")
    if "metadata" in properties:
        metadata, here = properties["metadata"], f"{path}.properties[metadata]"
        if is_object and metadata.get("type") != "object":
            yield invalid(f"{here}.type", metadata.get("type") or "", "must be object")
        if level is Level.ROOT and not _restricts_names_only(metadata):
            detail = "must not specify anything other than name and generateName, but metadata is implicitly specified"
            yield forbidden_field(here, detail)
    if schema.get(EMBEDDED) and not schema.get(PRESERVE) and not properties:
        yield required(f"{path}.properties", f"must not be empty if {EMBEDDED} is true without {PRESERVE}")


def _restricts_names_only(metadata: Obj) -> bool:
    if set(metadata.get("properties") or ()) - {"name", "generateName"}:
        return False
    return not {key for key, value in metadata.items() if value} - {"type", "properties", "default"}


def _value_validation(schema: Obj, path: str, *, skip_any_of: bool = False, skip_first_all_of: bool = False) -> Iterator[FieldError]:
    for junctor in _JUNCTORS:
        if junctor == "anyOf" and skip_any_of:
            continue
        for index, nested in enumerate(schema.get(junctor) or ()):
            is_skipped = junctor == "allOf" and index == 0 and skip_first_all_of
            yield from _nested(nested, f"{path}.{junctor}[{index}]", skip_any_of=is_skipped)
    if schema.get("not"):
        yield from _nested(schema["not"], f"{path}.not")
    if schema.get("pattern"):
        try:
            re2.compile(schema["pattern"], _quiet())
        except re2.error as error:
            detail = f"must be a valid regular expression, but isn't: error parsing regexp: {_reason(error)}"
            yield invalid(f"{path}.pattern", schema["pattern"], detail)


def _quiet() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    return options


def _reason(error: re2.error) -> str:
    """RE2 says ``missing ): (`` where Go says ``missing closing ): `(```."""
    reason = error.args[0] if error.args else ""
    what, separator, place = (reason.decode() if isinstance(reason, bytes) else str(reason)).partition(": ")
    what = what.replace("missing )", "missing closing )").replace("missing ]", "missing closing ]")
    return f"{what}: `{place}`" if separator else what


def _nested(schema: Obj, path: str, *, skip_any_of: bool = False) -> Iterator[FieldError]:
    yield from _value_validation(schema, path, skip_any_of=skip_any_of)
    if isinstance(schema.get("items"), dict):
        yield from _nested(schema["items"], f"{path}.items")
    properties = schema.get("properties") or {}
    for name, field in properties.items():
        yield from _nested(field, f"{path}.properties[{name}]")
    for field, detail in _GENERIC:
        if schema.get(field) or (field in ("default", "additionalProperties") and schema.get(field) is not None):
            yield forbidden_field(f"{path}.{field}", detail)
    if "metadata" in properties:
        yield forbidden_field(f"{path}.properties[metadata]", "must not be specified in a nested context")


def _completeness(schema: Obj, path: str) -> Iterator[FieldError]:
    yield from _mentioned(schema, schema, path, path)
    for child, child_path, _ in children_of(schema, path):
        yield from _completeness(child, child_path)


def _mentioned(values: Obj, schema: Obj, path: str, values_path: str) -> Iterator[FieldError]:
    nested = [(values["not"], f"{values_path}.not")] if values.get("not") else []
    for junctor in ("allOf", "anyOf", "oneOf"):
        nested += [(entry, f"{values_path}.{junctor}[{index}]") for index, entry in enumerate(values.get(junctor) or ())]
    for entry, entry_path in nested:
        yield from _nested_mentioned(entry, schema, path, entry_path)


def _nested_mentioned(values: Obj, schema: Obj | None, path: str, values_path: str) -> Iterator[FieldError]:
    if schema is None:
        yield required(path, f"because it is defined in {values_path}")
        return
    yield from _mentioned(values, schema, path, values_path)
    if isinstance(values.get("items"), dict):
        items = schema.get("items")
        yield from _nested_mentioned(values["items"], items if isinstance(items, dict) else None, f"{path}.items", f"{values_path}.items")
    for name, field in (values.get("properties") or {}).items():
        known = (schema.get("properties") or {}).get(name)
        yield from _nested_mentioned(field, known, f"{path}.properties[{name}]", f"{values_path}.properties[{name}]")
