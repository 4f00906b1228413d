"""The definitions to publish: those of the served kinds and all they refer to, as Kubernetes' own documents write them.

The packaged definitions are JSON Schema (nullable types, ``oneOf``, one value for an object's own ``kind``); Swagger 2 and OpenAPI 3
as Kubernetes publishes them say the same in their older way, and leave a type's name open.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/openapi/``, ``k8s.io/kube-openapi``.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

from cluster.apiserver.openapi.custom import custom_definitions, custom_list_name, custom_name
from cluster.apiserver.schema.definitions import Typed, definition_name, definitions, is_registered, reference, type_of
from cluster.machinery.kinds.custom import CustomKind
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.meta import Obj

V2_REFERENCE, V3_REFERENCE = "#/definitions/", "#/components/schemas/"
"""How references begin in each form. In OpenAPI 3 a reference stands alone, so one with a description is wrapped in ``allOf``."""

META = "io.k8s.apimachinery.pkg.apis.meta.v1."
_PLAIN: dict[str, Obj] = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {"type": "string"},
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"type": "string", "format": "int-or-string"},
    f"{META}Time": {"type": "string", "format": "date-time"},
    f"{META}MicroTime": {"type": "string", "format": "date-time"},
}
_COPIED = ("description", "format", "required", "default", "enum")


def name_of(typed: Typed) -> str:
    """Return the name of the definition of a kind or of a subresource's body; that of a custom kind's status is the kind's."""
    return (
        definition_name(typed)
        if is_registered(typed.group, typed.version, typed.kind)
        else custom_name(typed.group, typed.version, typed.kind)
    )


def list_definition(kind: Kind) -> str:
    """Return the name of the definition of a list of a kind."""
    return custom_list_name(kind) if isinstance(kind, CustomKind) else f"{definition_name(kind)}List"


def published_by(kinds: Iterable[Kind], prefix: str) -> dict[str, Obj]:
    """Return all definitions of some kinds as they are published, by name, sorted; references begin with ``prefix``."""
    kinds = tuple(kinds)
    found = {name: published(name, prefix) for name in reachable(roots_of(kinds))}
    for kind in kinds:
        if isinstance(kind, CustomKind):
            found |= custom_definitions(kind, lambda node: _node(node, prefix), is_v2=prefix == V2_REFERENCE)
    return dict(sorted(found.items()))


def reachable(roots: Iterable[str]) -> dict[str, Obj]:
    """Return the definitions that ``roots`` name and all that these refer to, by name, sorted. Shared: never change them."""
    found: dict[str, Obj] = {}
    waiting = [name for name in roots if name in definitions()]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = definitions()[name]
            waiting += [] if name in _PLAIN else _references(found[name])
    return dict(sorted(found.items()))


def _references(schema: Obj) -> Iterator[str]:
    for node in (schema.get("properties") or {}).values():
        while node:
            if reference(node):
                yield reference(node)
            additional = node.get("additionalProperties")
            node = node.get("items") or (additional if isinstance(additional, dict) else None)


def roots_of(kinds: Iterable[Kind]) -> list[str]:
    """Return the definitions that requests for some kinds and their answers consist of."""
    names = [
        f"{META}{name}"
        for name in ("APIGroup", "APIResourceList", "DeleteOptions", "ListMeta", "ObjectMeta", "Patch", "Status", "WatchEvent")
    ]
    for kind in kinds:
        names += [name_of(kind), list_definition(kind)]
        names += [name_of(subresource) for subresource in kind.subresources]
    return names


def kinds_of(group: str, version: str, served: ServedKinds) -> tuple[Kind, ...]:
    """Return the served kinds of a group and version."""
    return tuple(kind for kind in served.all if (kind.group, kind.version) == (group, version))


@functools.cache
def published(name: str, prefix: str) -> Obj:
    """Return a definition as it is published; references begin with ``prefix``. Shared: never change it."""
    source = definitions()[name]
    if name in _PLAIN:
        return {"description": source.get("description", ""), **_PLAIN[name]}
    written = _node(source, prefix)
    for field in ("apiVersion", "kind"):
        written.get("properties", {}).get(field, {}).pop("enum", None)
    return written


def _node(node: Obj, prefix: str) -> Obj:
    written: Obj = {key: node[key] for key in _COPIED if key in node}
    written |= {key: value for key, value in node.items() if key.startswith("x-kubernetes-")}
    if "enum" in written:
        written["enum"] = [value for value in written["enum"] if value is not None]
    if reference(node):
        target = {"$ref": prefix + reference(node)}
        return {**written, "allOf": [target]} if written and prefix == V3_REFERENCE else {**written, **target}
    if type_of(node):
        written["type"] = type_of(node)
    if "items" in node:
        written["items"] = _node(node["items"], prefix)
    if isinstance(node.get("additionalProperties"), dict):
        written["additionalProperties"] = _node(node["additionalProperties"], prefix)
    if "properties" in node:
        written["properties"] = {key: _node(value, prefix) for key, value in node["properties"].items()}
    return written
