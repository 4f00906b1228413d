"""Rules for the schema of a custom resource: what of JSON Schema may be used, and how the extensions go together.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go``
(``ValidateCustomResourceDefinitionOpenAPISchema``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cluster.apiserver.apiextensions.defaulting import validate_defaults
from cluster.apiserver.validation.apiextensions.rules import validate_rules
from cluster.apiserver.validation.apiextensions.structural import EMBEDDED, PRESERVE, validate_structural
from cluster.machinery.errors import FieldError, forbidden_field, invalid, not_supported, required
from cluster.machinery.meta import Obj

_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_LIST_TYPE, _MAP_TYPE, _KEYS = "x-kubernetes-list-type", "x-kubernetes-map-type", "x-kubernetes-list-map-keys"
_META_FIELDS = frozenset({"metadata", "kind", "apiVersion"})
_NOT_SUPPORTED = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")
_AT_STATUS_ROOT = (
    "Description",
    "Type",
    "Format",
    "Title",
    "Maximum",
    "ExclusiveMaximum",
    "Minimum",
    "ExclusiveMinimum",
    "MaxLength",
    "MinLength",
    "Pattern",
    "MaxItems",
    "MinItems",
    "UniqueItems",
    "MultipleOf",
    "Required",
    "Enum",
    "Items",
    "Properties",
    "ExternalDocs",
    "Example",
    "XPreserveUnknownFields",
    "XValidations",
)
_EXTENSION_NAMES = {PRESERVE: "XPreserveUnknownFields", "x-kubernetes-validations": "XValidations"}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a schema one looks: whether defaults are refused there (and what is said of it), whether inside of metadata."""

    no_defaults: str = ""
    is_in_meta: bool = False


def validate_schema(schema: Obj, path: str, *, has_status: bool) -> list[FieldError]:
    """Judge the schema of a version. ``has_status``: the version has the status subresource."""
    faults = list(_root(schema, path, has_status=has_status))
    structure = validate_structural(schema, path) or validate_defaults(schema, path)
    return faults + structure + list(_node(schema, path, _Place(), is_root=True)) + validate_rules(schema, path)


def _root(schema: Obj, path: str, *, has_status: bool) -> Iterator[FieldError]:
    names = {_EXTENSION_NAMES.get(key, key[0].upper() + key[1:]) for key, value in schema.items() if value}
    if has_status and names - set(_AT_STATUS_ROOT):
        allowed = f"[{' '.join(_AT_STATUS_ROOT)}]"
        yield invalid(path, schema, f"only {allowed} fields are allowed at the root of the schema if the status subresource is enabled")
    if schema.get("nullable"):
        yield forbidden_field(f"{path}.nullable", "nullable cannot be true at the root")


def _node(schema: Obj, path: str, place: _Place, *, is_root: bool = False) -> Iterator[FieldError]:
    yield from _vocabulary(schema, path, place)
    if schema.get("uniqueItems"):
        detail = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        yield forbidden_field(f"{path}.uniqueItems", detail)
    additional, properties = schema.get("additionalProperties"), schema.get("properties") or {}
    if additional is not None and properties and additional is not True:
        yield forbidden_field(f"{path}.additionalProperties", "additionalProperties and properties are mutual exclusive")
    if isinstance(additional, dict):
        inside = replace(place, no_defaults="inside additionalProperties applying to object metadata") if place.is_in_meta else place
        yield from _node(additional, f"{path}.additionalProperties", inside)
    for name, field in sorted(properties.items()):
        is_meta = name in _META_FIELDS and (is_root or bool(schema.get(EMBEDDED)))
        inside = replace(place, is_in_meta=True) if is_meta else place
        if is_meta and is_root:
            inside = replace(inside, no_defaults="in top-level metadata") if name == "metadata" else inside
        yield from _node(field, f"{path}.properties[{name}]", inside)
    if schema.get("not"):
        yield from _node(schema["not"], f"{path}.not", replace(place, no_defaults="inside not"))
    for junctor in ("allOf", "oneOf", "anyOf"):
        for index, nested in enumerate(schema.get(junctor) or ()):
            yield from _node(nested, f"{path}.{junctor}[{index}]", replace(place, no_defaults=f"inside {junctor}"))
    if isinstance(schema.get("items"), dict):
        yield from _node(schema["items"], f"{path}.items", place)
    if schema.get(PRESERVE) is False:
        yield invalid(f"{path}.{PRESERVE}", False, "must be true or undefined")
    yield from _map_type(schema, path)
    yield from _list_type(schema, path)
    yield from _list_keys(schema, path)


def _vocabulary(schema: Obj, path: str, place: _Place) -> Iterator[FieldError]:
    if place.no_defaults and schema.get("default") is not None:
        yield forbidden_field(f"{path}.default", f"must not be set {place.no_defaults}")
    for field in _NOT_SUPPORTED:
        if schema.get(field) is not None and schema.get(field) != "":
            yield forbidden_field(f"{path}.{field}", f"{field} is not supported")
    kind = schema.get("type") or ""
    if kind == "null":
        yield forbidden_field(f"{path}.type", "type cannot be set to null, use nullable as an alternative")
    elif kind and kind not in _TYPES:
        yield not_supported(f"{path}.type", kind, _TYPES)
    if isinstance(schema.get("items"), list):
        yield forbidden_field(f"{path}.items", "items must be a schema object and not an array")
    if place.is_in_meta and schema.get(EMBEDDED):
        yield forbidden_field(f"{path}.{EMBEDDED}", "must not be used inside of resource meta")


def _wants_type(schema: Obj, path: str, wanted: str, extension: str) -> Iterator[FieldError]:
    kind, detail = schema.get("type") or "", f"must be {wanted} if {extension} is specified"
    if kind != wanted:
        yield invalid(f"{path}.type", kind, detail) if kind else required(f"{path}.type", detail)


def _map_type(schema: Obj, path: str) -> Iterator[FieldError]:
    map_type = schema.get(_MAP_TYPE)
    if map_type is None:
        return
    yield from _wants_type(schema, path, "object", _MAP_TYPE)
    if map_type not in ("atomic", "granular"):
        yield not_supported(f"{path}.{_MAP_TYPE}", map_type, ("atomic", "granular"))


def _list_type(schema: Obj, path: str) -> Iterator[FieldError]:
    list_type = schema.get(_LIST_TYPE)
    if list_type is None:
        return
    yield from _wants_type(schema, path, "array", _LIST_TYPE)
    items = schema.get("items")
    if schema.get("type") == "array" and list_type == "set" and isinstance(items, dict):
        detail = f"must be atomic as item of a list with {_LIST_TYPE}=set"
        if items.get("type") == "array" and items.get(_LIST_TYPE) not in (None, "atomic"):
            yield invalid(f"{path}.items.{_LIST_TYPE}", items[_LIST_TYPE], detail)
        if items.get("type") == "object" and items.get(_MAP_TYPE) != "atomic":
            yield invalid(f"{path}.items.{_MAP_TYPE}", items.get(_MAP_TYPE), detail)
    if list_type not in ("atomic", "set", "map"):
        yield not_supported(f"{path}.{_LIST_TYPE}", list_type, ("atomic", "set", "map"), in_order=True)


def _list_keys(schema: Obj, path: str) -> Iterator[FieldError]:
    keys, list_type, items = schema.get(_KEYS) or [], schema.get(_LIST_TYPE), schema.get("items")
    if keys and list_type != "map":
        detail = f"must be map if {_KEYS} is non-empty"
        yield required(f"{path}.{_LIST_TYPE}", detail) if list_type is None else invalid(f"{path}.{_LIST_TYPE}", list_type, detail)
    if list_type == "map":
        if not keys:
            yield required(f"{path}.{_KEYS}", f"must not be empty if {_LIST_TYPE} is map")
        if items is None:
            yield required(f"{path}.items", f"must have a schema if {_LIST_TYPE} is map")
        elif isinstance(items, dict):
            yield from _map_items(items, keys, path)
    if list_type in ("set", "map") and isinstance(items, dict):
        if items.get("nullable"):
            yield forbidden_field(f"{path}.items.nullable", f"cannot be nullable when {_LIST_TYPE} is {list_type}")
        if list_type == "map":
            yield from _keys_always_present(items, keys, path)


def _map_items(items: Obj, keys: Sequence[str], path: str) -> Iterator[FieldError]:
    kind = items.get("type") or ""
    if kind != "object":
        yield invalid(f"{path}.items.type", kind, f"must be object if parent array's {_LIST_TYPE} is map")
        return
    properties = items.get("properties") or {}
    for index, key in enumerate(keys):
        if key not in properties:
            yield invalid(f"{path}.{_KEYS}", list(keys), "entries must all be names of item properties")
        elif properties[key].get("type") in ("array", "object"):
            yield invalid(f"{path}.items.properties[{key}].type", kind, f"must be a scalar type if parent array's {_LIST_TYPE} is map")
        if key in keys[:index]:
            yield invalid(f"{path}.{_KEYS}", list(keys), "must not contain duplicate entries")


def _keys_always_present(items: Obj, keys: Sequence[str], path: str) -> Iterator[FieldError]:
    for key in keys:
        field = (items.get("properties") or {}).get(key)
        if field is None:
            continue
        here, reason = f"{path}.items.properties[{key}]", f"this property is in {_KEYS}, so it"
        if key not in (items.get("required") or ()) and field.get("default") is None:
            yield required(f"{here}.default", f"{reason} must have a default or be a required property")
        if field.get("nullable"):
            yield forbidden_field(f"{here}.nullable", f"{reason} cannot be nullable")
