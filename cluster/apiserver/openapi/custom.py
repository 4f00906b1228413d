"""Definitions of custom resources: their structural schemas, with the metadata that every object has.

Swagger 2 has neither ``nullable`` nor alternatives; where a schema keeps unknown fields, kubectl would refuse them if it
knew the others, so nothing is said there.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/controller/openapi/builder/builder.go``,
``.../pkg/controller/openapi/v2/conversion.go``.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.apiserver.apiextensions.pruning import EMBEDDED, PRESERVE
from cluster.apiserver.schema.definitions import definitions
from cluster.machinery.kinds.custom import CustomKind
from cluster.machinery.meta import Obj

Publish = Callable[[Obj], Obj]

_LIKE_ALL = "io.k8s.api.core.v1.ConfigMap"
"""Has the fields of every object, with their descriptions; so has its list."""
_OBJECT_FIELDS = ("apiVersion", "kind", "metadata")
_NOT_IN_V2 = ("nullable", "allOf", "anyOf", "oneOf", "not")


def custom_name(group: str, version: str, kind: str) -> str:
    """Return the name of a definition: ``com.example.v1.Widget``."""
    return ".".join([*reversed(group.split(".")), version, kind])


def custom_list_name(kind: CustomKind) -> str:
    """Return the name of the definition of a list."""
    return custom_name(kind.group, kind.version, kind.list_kind or f"{kind.kind}List")


def custom_definitions(kind: CustomKind, publish: Publish, *, is_v2: bool) -> dict[str, Obj]:
    """Return the definitions of a kind and of its list. ``publish``: writes a packaged definition as the document has it."""
    name = custom_name(kind.group, kind.version, kind.kind)
    schema = _node(kind.schema, publish, is_v2=is_v2)
    if kind.schema.get(PRESERVE) and is_v2:
        schema = {PRESERVE: True}
    return {
        name: {
            **schema,
            "type": "object",
            "properties": {**schema.get("properties", {}), **_object_fields(publish)},
            "x-kubernetes-group-version-kind": [_gvk(kind, kind.kind)],
        },
        custom_list_name(kind): _list_definition(kind, name, publish),
    }


def _gvk(kind: CustomKind, name: str) -> Obj:
    return {"group": kind.group, "kind": name, "version": kind.version}


def _object_fields(publish: Publish) -> Obj:
    properties = definitions()[_LIKE_ALL]["properties"]
    return {field: _any_type(publish(properties[field])) for field in _OBJECT_FIELDS}


def _any_type(field: Obj) -> Obj:
    return {key: value for key, value in field.items() if key != "enum"}


def _list_definition(kind: CustomKind, name: str, publish: Publish) -> Obj:
    properties = definitions()[f"{_LIKE_ALL}List"]["properties"]
    items: Obj = {
        "description": f"List of {kind.plural}. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md",
        "type": "array",
        "items": publish({"$ref": f"#/$defs/{name}"}),
    }
    return {
        "description": f"{kind.list_kind or kind.kind + 'List'} is a list of {kind.kind}",
        "type": "object",
        "required": ["items"],
        "properties": {**{field: _any_type(publish(properties[field])) for field in _OBJECT_FIELDS}, "items": items},
        "x-kubernetes-group-version-kind": [_gvk(kind, kind.list_kind or f"{kind.kind}List")],
    }


def _node(schema: Obj, publish: Publish, *, is_v2: bool) -> Obj:
    node = {key: value for key, value in schema.items() if not (is_v2 and key in _NOT_IN_V2)}
    if is_v2 and (schema.get(PRESERVE) or schema.get("nullable")):
        for key in ("type", "items", "properties", "additionalProperties"):
            node.pop(key, None)
    if is_v2 and not isinstance(node.get("additionalProperties", {}), dict):
        del node["additionalProperties"]
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            node[key] = _node(node[key], publish, is_v2=is_v2)
    if "properties" in node:
        node["properties"] = {name: _node(field, publish, is_v2=is_v2) for name, field in node["properties"].items()}
    if schema.get(EMBEDDED) and not (is_v2 and schema.get(PRESERVE)):
        node["properties"] = {**node.get("properties", {}), **_object_fields(publish)}
    return node
