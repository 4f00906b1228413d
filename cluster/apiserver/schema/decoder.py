"""Each definition compiled once into a closure that checks, prunes and copies an object of that type.

Go decodes JSON into structs: what has no field is lost, null is the zero value, a wrong JSON type is an error that
names struct and path. The closures do the same to dicts, in about 50 microseconds for a pod: no path is kept while all
is well (``Mismatch`` collects it on its way out), and unknown fields are looked for again only where there are some.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json/json.go``, ``sigs.k8s.io/json``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from cluster.apiserver.schema import scalars
from cluster.apiserver.schema.definitions import definitions, reference, type_of
from cluster.apiserver.schema.go_types import is_null_list, is_plain_struct, is_written, keeps_zero
from cluster.apiserver.schema.scalars import Decode, Mismatch, string
from cluster.machinery.meta import Obj

_META = "io.k8s.apimachinery.pkg."
_SCHEMA = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"


def _schema_or_bool(value: object, lost: list[str]) -> object:
    """``additionalProperties``; what its schema does not know is dropped without a word, as its own parser does."""
    if isinstance(value, dict):
        return struct_decoder(_SCHEMA)(value, [])
    if isinstance(value, bool):
        return value
    raise scalars.BadValue("boolean or JSON schema expected")


def _schema_or_list(value: object, lost: list[str]) -> object:
    """``items``: one schema for all, or one for each."""
    if isinstance(value, list):
        return [struct_decoder(_SCHEMA)(item, []) for item in value]
    return struct_decoder(_SCHEMA)(value if isinstance(value, dict) else {}, [])


_OWN_PARSERS: dict[str, tuple[Decode, str]] = {
    f"{_SCHEMA}OrArray": (_schema_or_list, "v1.JSONSchemaPropsOrArray"),
    f"{_SCHEMA}OrBool": (_schema_or_bool, "v1.JSONSchemaPropsOrBool"),
    f"{_META}api.resource.Quantity": (scalars.quantity_text, "resource.Quantity"),
    f"{_META}util.intstr.IntOrString": (scalars.int_or_string, "intstr.IntOrString"),
    f"{_META}apis.meta.v1.Time": (scalars.time, "v1.Time"),
    f"{_META}apis.meta.v1.MicroTime": (scalars.micro_time, "v1.MicroTime"),
}
_ZEROS: dict[str, object] = {"string": "", "boolean": False, "integer": 0, "number": 0}
_SCALARS: dict[tuple[str, str], tuple[Decode, str]] = {
    ("string", ""): (scalars.string, "string"),
    ("string", "date-time"): (scalars.string, "string"),
    ("string", "byte"): (scalars.base64_text, "[]uint8"),
    ("boolean", ""): (scalars.boolean, "bool"),
    ("integer", "int32"): (scalars.integer("int32"), "int32"),
    ("integer", "int64"): (scalars.integer("int64"), "int64"),
    ("integer", ""): (scalars.integer("int64"), "int64"),
    ("number", "double"): (scalars.double, "float64"),
    ("number", ""): (scalars.double, "float64"),
}


def short_name(definition: str) -> str:
    """Return the Go type's name: ``io.k8s.api.core.v1.PodSpec`` is ``PodSpec``."""
    return definition.rpartition(".")[2]


def _go_struct_name(definition: str) -> str:
    package, _, name = definition.rpartition(".")
    return f"{package.rpartition('.')[2]}.{name}"


def _list_of(decode: Decode, go_type: str) -> Decode:
    def decode_list(value: object, lost: list[str]) -> object:
        if value is None:
            return None  # in a map: a null slice, which is written as one
        if type(value) is not list:
            raise Mismatch(value, go_type)
        return [decode(item, lost) for item in value]

    return decode_list


def _map_of(decode: Decode, go_type: str) -> Decode:
    def decode_map(value: object, lost: list[str]) -> object:
        if type(value) is not dict:
            raise Mismatch(value, go_type)
        return {key: decode(item, lost) for key, item in value.items()}

    return decode_map


def _string_map(value: object, lost: list[str]) -> object:
    if type(value) is not dict:
        raise Mismatch(value, "map[string]string")
    for item in value.values():
        if type(item) is not str:
            return {key: scalars.string(item, lost) for key, item in value.items()}
    return value.copy()


def _node_decoder(node: Obj) -> tuple[Decode, str]:
    """Return the decoder of a schema node and the name of its Go type."""
    target = reference(node)
    if target:
        if target in _OWN_PARSERS:
            return _OWN_PARSERS[target]
        if not definitions()[target].get("properties"):
            return scalars.anything, _go_struct_name(target)
        return struct_decoder(target), _go_struct_name(target)
    kind = type_of(node)
    if kind == "array":
        decode, go_type = _node_decoder(node["items"])
        return _list_of(decode, f"[]{go_type}"), f"[]{go_type}"
    if kind == "object" and "additionalProperties" in node:
        decode, go_type = _node_decoder(node["additionalProperties"])
        go_map = f"map[string]{go_type}"
        return (_string_map if decode is scalars.string else _map_of(decode, go_map)), go_map
    return _SCALARS.get((kind, node.get("format", "")), (scalars.anything, "interface {}"))


def _keeps_zero(struct: str, field: str, node: Obj, is_required: bool) -> bool:
    return is_required or bool(reference(node)) or keeps_zero(struct, field, type_of(node))


def _zero_maker(struct: str, field: str, node: Obj, is_required: bool) -> Callable[[], object] | None:
    """Return what makes the value that Go writes for a field that was not sent, or None where it writes nothing."""
    if is_plain_struct(struct, field):
        decode, _ = _node_decoder(node)
        return lambda: decode({}, [])
    if is_null_list(struct, field):
        return lambda: None
    kind = type_of(node)
    if (is_required or is_written(struct, field)) and not reference(node) and kind in _ZEROS:
        zero = _ZEROS[kind]
        return lambda: zero
    return None


@functools.cache
def struct_decoder(definition: str) -> Decode:
    """Return the decoder of a definition that has fields. Compiled at first use, with all it refers to."""
    struct, go_type = short_name(definition), _go_struct_name(definition)
    fields: dict[str, tuple[Decode, bool]] = {}
    zeros: list[tuple[str, Callable[[], object]]] = []
    is_compiled = False

    def compile_fields() -> None:
        schema = definitions()[definition]
        for name, node in schema["properties"].items():
            is_required = name in schema.get("required", ())
            fields[name] = _node_decoder(node)[0], _keeps_zero(struct, name, node, is_required)
            zero = _zero_maker(struct, name, node, is_required)
            if zero:
                zeros.append((name, zero))

    def decode(value: object, lost: list[str]) -> object:
        nonlocal is_compiled
        if not is_compiled:
            is_compiled = True
            compile_fields()
        if value is None:
            value = {}
        if type(value) is not dict:
            raise Mismatch(value, go_type)
        out: Obj = {}
        key = ""
        try:
            for key, item in value.items():
                field = fields.get(key)
                if field is None:
                    lost.append(key)
                elif item is not None:
                    decode_item, is_kept = field
                    decoded = item if decode_item is string and type(item) is str else decode_item(item, lost)
                    if decoded or is_kept:
                        out[key] = decoded
        except Mismatch as mismatch:
            mismatch.struct = mismatch.struct or struct
            mismatch.path.append(key)
            raise
        for key, zero in zeros:
            if key not in out:
                out[key] = zero()
        return out

    return decode


def unknown_fields(definition: str, value: object, path: str = "") -> Iterator[str]:
    """Yield the full path of every field that the definition lacks (``spec.containers[0].imag``), in document order."""
    if type(value) is not dict:
        return
    properties = definitions()[definition].get("properties")
    if properties is None:
        return
    for key, item in value.items():
        here = f"{path}.{key}" if path else key
        node = properties.get(key)
        if node is None:
            yield here
        else:
            yield from _unknown_in_node(node, item, here)


def _unknown_in_node(node: Obj, value: object, path: str) -> Iterator[str]:
    target = reference(node)
    if target:
        if target not in _OWN_PARSERS:
            yield from unknown_fields(target, value, path)
    elif isinstance(value, list) and "items" in node:
        for index, item in enumerate(value):
            yield from _unknown_in_node(node["items"], item, f"{path}[{index}]")
    elif isinstance(value, dict) and isinstance(node.get("additionalProperties"), dict):
        for key, item in value.items():
            yield from _unknown_in_node(node["additionalProperties"], item, f"{path}.{key}")
