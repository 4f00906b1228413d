"""A small type with one of everything, and the versions of a kind that has only that."""

from __future__ import annotations

from cluster.machinery.apply import MergeType
from cluster.machinery.apply.openapi import type_of
from cluster.machinery.meta import Obj

STRING = {"type": "string"}
ITEM = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": STRING,
        "protocol": {"type": "string", "default": "TCP"},
        "value": {"type": "integer"},
        "args": {"type": "array", "items": STRING},
    },
}
SCHEMA: Obj = {
    "type": "object",
    "properties": {
        "name": STRING,
        "number": {"type": "integer"},
        "flag": {"type": "boolean"},
        "either": {"oneOf": [STRING, {"type": "number"}]},
        "set": {"type": "array", "items": STRING, "x-kubernetes-list-type": "set"},
        "atomic": {"type": "array", "items": STRING},
        "list": {"type": "array", "items": ITEM, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]},
        "ports": {"type": "array", "items": ITEM, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["value", "protocol"]},
        "labels": {"type": "object", "additionalProperties": STRING},
        "selector": {"type": "object", "additionalProperties": STRING, "x-kubernetes-map-type": "atomic"},
        "struct": {"type": "object", "properties": {"a": STRING, "b": STRING, "list": {"type": "array", "items": STRING}}},
        "opaque": {"type": "object"},
        "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    },
}
TYPE: MergeType = type_of({}, SCHEMA)


class OneVersion:
    """A kind with ``v1``; every other version is served no longer."""

    def type_at(self, api_version: str) -> MergeType | None:
        return TYPE if api_version == "v1" else None

    def convert(self, obj: Obj, source: str, target: str) -> Obj:
        return obj


class Renamed(OneVersion):
    """A kind whose ``v2`` calls ``name`` of ``v1`` ``title``."""

    def type_at(self, api_version: str) -> MergeType | None:
        properties = SCHEMA["properties"]
        assert isinstance(properties, dict)
        v2 = {**SCHEMA, "properties": {**{k: v for k, v in properties.items() if k != "name"}, "title": STRING}}
        return type_of({}, v2) if api_version == "v2" else super().type_at(api_version)

    def convert(self, obj: Obj, source: str, target: str) -> Obj:
        names = {("v1", "v2"): ("name", "title"), ("v2", "v1"): ("title", "name")}.get((source, target))
        return {names[1] if names and k == names[0] else k: v for k, v in obj.items()}
