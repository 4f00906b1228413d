"""Values against their schema, with upstream's field errors.

The checks and their order are those of the validator that upstream made of go-openapi's: type, fields in ``allOf`` and the others, then
what the type of the value, not of the schema, has rules for.

Upstream: ``k8s.io/kube-openapi/pkg/validation/validate/{schema,type,values,object_validator,schema_props}.go``,
``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/validation/validation.go`` (``ValidateCustomResource``).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import orjson
import re2

from cluster.apiserver.apiextensions.formats import has_format
from cluster.machinery.errors import FieldError, invalid, not_supported, quote, required, too_many
from cluster.machinery.meta import Obj

INT_OR_STRING = "x-kubernetes-int-or-string"
TYPE_INVALID = "FieldValueTypeInvalid"
NO_PATH = "<nil>"
"""How the path of what has none is written."""


@dataclass(frozen=True, slots=True)
class _Root:
    """Where the value stands in its object; paths below it are written twice, in the field and in the message."""

    field: str

    def at(self, path: str) -> str:
        return ".".join(part for part in (self.field, path) if part) or NO_PATH


def validate_value(value: object, schema: Obj, field: str = "") -> list[FieldError]:
    """Judge a value. ``field``: its place, empty for a whole object."""
    return list(_faults(value, schema, "", _Root(field)))


def type_name(value: object) -> str:
    """Name the JSON type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names = {str: "string", int: "integer", float: "number", list: "array", dict: "object"}
    return names[type(value)]


def types_of(schema: Obj) -> tuple[str, ...]:
    """Return the types that a schema allows; empty: any."""
    if schema.get(INT_OR_STRING):
        return ("integer", "string")
    return (schema["type"],) if schema.get("type") else ()


def _faults(value: object, schema: Obj, path: str, root: _Root) -> Iterator[FieldError]:
    yield from _type(value, schema, path, root)
    if value is None:
        if not schema.get("nullable"):
            yield from _enum(value, schema, path, root)
        return
    yield from _junctors(value, schema, path, root)
    if isinstance(value, str):
        yield from _string(value, schema, path, root)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number(value, schema, path, root)
    elif isinstance(value, list):
        yield from _list(value, schema, path, root)
    yield from _enum(value, schema, path, root)
    if isinstance(value, dict):
        yield from _object(value, schema, path, root)


def _says(path: str, what: str) -> str:
    return f"{path} in body {what}"


def _type_invalid(root: _Root, path: str, value: object, wanted: str) -> FieldError:
    detail = _says(path, f"must be of type {wanted}: {quote(value)}")
    return FieldError(root.at(path), TYPE_INVALID, f"Invalid value: {quote(value)}: {detail}")


def _type(value: object, schema: Obj, path: str, root: _Root) -> Iterator[FieldError]:
    wanted, found = types_of(schema), type_name(value)
    if not wanted or (value is None and schema.get("nullable")) or found in wanted:
        return
    if found == "integer" and "number" in wanted:
        return
    if found == "number" and "integer" in wanted and isinstance(value, float) and value.is_integer():
        return
    yield _type_invalid(root, path, found, ",".join(wanted))


def _enum(value: object, schema: Obj, path: str, root: _Root) -> Iterator[FieldError]:
    allowed = schema.get("enum")
    if allowed and not any(type(value) is type(each) and value == each for each in allowed):
        texts = [each if isinstance(each, str) else orjson.dumps(each).decode() for each in allowed]
        yield not_supported(root.at(path), value, texts, in_order=True)


def _string(value: str, schema: Obj, path: str, root: _Root) -> Iterator[FieldError]:
    field, most, least, pattern = root.at(path), schema.get("maxLength"), schema.get("minLength"), schema.get("pattern")
    if most is not None and len(value) > most:
        yield FieldError(field, "FieldValueTooLong", f"Too long: may not be more than {most} bytes")
    if least is not None and len(value) < least:
        yield invalid(field, value, _says(path, f"should be at least {least} chars long"))
    if pattern and not _pattern(pattern).search(value):
        yield invalid(field, value, _says(path, f"should match '{pattern}'"))
    if schema.get("format") and not has_format(value, schema["format"]):
        yield _type_invalid(root, path, value, schema["format"])


@functools.lru_cache(1024)
def _pattern(pattern: str) -> re2._Regexp:
    """Go's regular expressions are RE2's. Compiled once each."""
    return re2.compile(pattern)


def _number(value: float, schema: Obj, path: str, root: _Root) -> Iterator[FieldError]:
    field, most, least, step = root.at(path), schema.get("maximum"), schema.get("minimum"), schema.get("multipleOf")
    bits = {"int32": 31, "int64": 63}.get(schema.get("format") or "")
    if bits and not -(2**bits) <= value < 2**bits:
        detail = f"Checked value must be of type integer with format {schema['format']} ({path})"
        yield invalid(NO_PATH, "", detail)
    if step and value % step:
        yield invalid(field, value, _says(path, f"should be a multiple of {_go_number(step)}"))
    if most is not None and (value >= most if schema.get("exclusiveMaximum") else value > most):
        bound = "less than" if schema.get("exclusiveMaximum") else "less than or equal to"
        yield invalid(field, value, _says(path, f"should be {bound} {_go_number(most)}"))
    if least is not None and (value <= least if schema.get("exclusiveMinimum") else value < least):
        bound = "greater than" if schema.get("exclusiveMinimum") else "greater than or equal to"
        yield invalid(field, value, _says(path, f"should be {bound} {_go_number(least)}"))


def _go_number(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else str(number)


def _list(value: list[object], schema: Obj, path: str, root: _Root) -> Iterator[FieldError]:
    items, most, least = schema.get("items"), schema.get("maxItems"), schema.get("minItems")
    if isinstance(items, dict):
        for index, item in enumerate(value):
            yield from _faults(item, items, f"{path}[{index}]", root)
    if least is not None and len(value) < least:
        yield invalid(root.at(path), len(value), _says(path, f"should have at least {least} items"))
    if most is not None and len(value) > most:
        yield too_many(root.at(path), len(value), most)


def _object(value: Obj, schema: Obj, path: str, root: _Root) -> Iterator[FieldError]:
    properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
    most, least = schema.get("maxProperties"), schema.get("minProperties")
    if least is not None and len(value) < least:
        yield invalid(root.at(path), len(value), _says(path, f"should have at least {least} properties"))
    if most is not None and len(value) > most:
        yield too_many(root.at(path), len(value), most)
    for name in schema.get("required") or ():
        if name not in value:
            yield required(root.at(_below(path, name)))
    for key, item in value.items():
        if key in properties:
            yield from _faults(item, properties[key], _below(path, key), root)
        elif isinstance(additional, dict):
            yield from _faults(item, additional, _below(path, key), root)


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _junctors(value: object, schema: Obj, path: str, root: _Root) -> Iterator[FieldError]:
    if schema.get("anyOf"):
        tried = [list(_faults(value, each, path, root)) for each in schema["anyOf"]]
        if all(tried):
            yield _composite(path, "must validate at least one schema (anyOf)")
            yield from min(tried, key=len)
    if schema.get("oneOf"):
        tried = [list(_faults(value, each, path, root)) for each in schema["oneOf"]]
        fitting = sum(not faults for faults in tried)
        if not fitting:
            yield _composite(path, "must validate one and only one schema (oneOf). Found none valid")
            yield from min(tried, key=len)
        elif fitting > 1:
            yield _composite(path, f"must validate one and only one schema (oneOf). Found {fitting} valid alternatives")
    if schema.get("allOf"):
        tried = [list(_faults(value, each, path, root)) for each in schema["allOf"]]
        for faults in tried:
            yield from faults
        if all(tried):
            yield _composite(path, "must validate all the schemas (allOf). None validated")
        elif any(tried):
            yield _composite(path, "must validate all the schemas (allOf)")
    if schema.get("not") and not list(_faults(value, schema["not"], path, root)):
        yield _composite(path, "must not validate the schema (not)")


def _composite(path: str, what: str) -> FieldError:
    return invalid(NO_PATH, "", f"{quote(path)} {what}")
