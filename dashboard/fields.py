"""The fields that a manifest may have at a place: what the editor proposes and explains.

Everything comes from the OpenAPI documents that the cluster's API server publishes, custom resources included; it is what
``kubectl explain`` reads.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import orjson

from cluster.apiserver import openapi
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.meta import Obj

_REFERENCE = "#/components/schemas/"
_DATES = {"io.k8s.apimachinery.pkg.apis.meta.v1.Time", "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime"}
_SERVER_SIDE = frozenset({"status", "managedFields", "selfLink"})
"""Fields that nobody writes into a manifest."""


def kinds_of(kinds: ServedKinds) -> list[Obj]:
    """Return ``[{"apiVersion", "kind"}]`` of everything that can be created from a manifest, by kind."""
    creatable = [kind for kind in kinds.all if "create" in kind.verbs]
    return [{"apiVersion": kind.api_version, "kind": kind.kind} for kind in sorted(creatable, key=lambda kind: (kind.kind, kind.group))]


def fields_at(kinds: ServedKinds, kind: Kind, path: Sequence[str]) -> list[Obj]:
    """Return ``[{"name", "type", "required", "description", "values"}]`` of the object at ``path``, required ones first.

    ``path``: the keys from the top, without list indices. A place that has no named fields (a map of labels, a scalar, an
    unknown field) has none. ``type``: as ``kubectl explain`` writes it (``[]Container``, ``map[string]string``).
    """
    schemas = _schemas(kind, kinds)
    node = next((schema for schema in schemas.values() if _is_of(schema, kind)), {})
    for name in path:
        node = _child(_inner(node, schemas), name)
    node = _inner(node, schemas)
    required = frozenset(node.get("required") or ())
    fields = [_field(name, schema, schemas, is_required=name in required) for name, schema in (node.get("properties") or {}).items()]
    return sorted(
        (field for field in fields if field["name"] not in _SERVER_SIDE), key=lambda field: (not field["required"], field["name"])
    )


@functools.lru_cache(maxsize=64)
def _schemas(kind: Kind, kinds: ServedKinds) -> dict[str, Obj]:
    """Return the schemas of the kind's group and version. Shared: never change them."""
    root = f"apis/{kind.group}" if kind.group else "api"
    found = openapi.answer(f"/openapi/v3/{root}/{kind.version}", "application/json", kinds)
    schemas: dict[str, Obj] = orjson.loads(found[1])["components"]["schemas"] if found else {}
    return schemas


def _is_of(schema: Obj, kind: Kind) -> bool:
    wanted = {"group": kind.group, "version": kind.version, "kind": kind.kind}
    return wanted in schema.get("x-kubernetes-group-version-kind", ())


def _reference(node: Obj) -> str:
    target: str = node.get("$ref") or next((part["$ref"] for part in node.get("allOf") or () if "$ref" in part), "")
    return target.removeprefix(_REFERENCE)


def _resolved(node: Obj, schemas: dict[str, Obj]) -> Obj:
    name = _reference(node)
    return schemas.get(name, {}) if name else node


def _inner(node: Obj, schemas: dict[str, Obj]) -> Obj:
    """Follow references and go into lists: the place of a list's items is the list's."""
    node = _resolved(node, schemas)
    while "items" in node:
        node = _resolved(node["items"], schemas)
    return node


def _child(node: Obj, name: str) -> Obj:
    properties: dict[str, Obj] = node.get("properties") or {}
    additional = node.get("additionalProperties")
    return properties.get(name) or (additional if isinstance(additional, dict) else {})


def _field(name: str, schema: Obj, schemas: dict[str, Obj], *, is_required: bool) -> Obj:
    target = _resolved(schema, schemas)
    description = schema.get("description") or target.get("description") or ""
    values = list(target.get("enum") or (["true", "false"] if target.get("type") == "boolean" else ()))
    return {"name": name, "type": _type(schema, schemas), "required": is_required, "description": description, "values": values}


def _type(schema: Obj, schemas: dict[str, Obj]) -> str:
    name = _reference(schema)
    if name in _DATES:
        return "date-time"
    target = _resolved(schema, schemas)
    if "items" in target:
        return f"[]{_type(target['items'], schemas)}"
    if isinstance(target.get("additionalProperties"), dict):
        return f"map[string]{_type(target['additionalProperties'], schemas)}"
    if name:
        return name.rpartition(".")[2]
    return "Object" if target.get("type") in (None, "object") else str(target["type"])
