"""Types for structured merge, read from OpenAPI: published definitions and the structural schemas of custom resources.

What decides: ``x-kubernetes-list-type`` with ``x-kubernetes-list-map-keys``, where it is missing ``x-kubernetes-patch-strategy`` with its
merge key, and ``x-kubernetes-map-type``. Lists are atomic unless they say otherwise, maps are not. An object that declares nothing is
opaque, or deduced from its values where ``x-kubernetes-preserve-unknown-fields`` is set.

Upstream: ``k8s.io/kube-openapi/pkg/schemaconv/openapi.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from cluster.machinery.apply.types import DEDUCED, OPAQUE, MergeType, Shape
from cluster.machinery.meta import Obj

_SCALARS = {"integer": "numeric", "number": "numeric", "boolean": "boolean"}
_ZEROS: dict[str, object] = {"string": "", "integer": 0, "number": 0, "boolean": False}
_SHAPES = {"array": Shape.LIST, "object": Shape.MAP}


class OpenApiType:
    """The type of one schema. ``definitions``: what its references name, by the last part of their path; ``parent``: extensions that stand
    beside a reference and outrank those of its target. Neither is changed; fields are read at first use."""

    def __init__(self, definitions: Mapping[str, Obj], schema: Obj, parent: Obj | None = None) -> None:
        self._definitions, self._schema, self._parent = definitions, schema, parent or {}
        self._fields: dict[str, MergeType] = {}
        self._type = _type_of(schema)
        self.shape = _SHAPES.get(self._type, Shape.SCALAR)
        self.scalar = _scalar_of(self._type, schema)
        self.keys, self.is_atomic = self._relationship()

    def _relationship(self) -> tuple[tuple[str, ...], bool]:
        if self.shape is Shape.MAP:
            return (), self._says("x-kubernetes-map-type") == "atomic"
        if self.shape is Shape.SCALAR:
            return (), False
        kind = self._says("x-kubernetes-list-type")
        if kind:
            keys = self._says("x-kubernetes-list-map-keys")
            return tuple(keys) if kind == "map" and isinstance(keys, list) else (), kind == "atomic"
        if "merge" in str(self._says("x-kubernetes-patch-strategy") or "").split(","):
            merge_key = self._says("x-kubernetes-patch-merge-key")
            return (str(merge_key),) if merge_key else (), False
        return (), True

    def _says(self, extension: str) -> object:
        return self._parent.get(extension) or self._schema.get(extension)

    @cached_property
    def item(self) -> MergeType:
        """See ``MergeType``."""
        return type_of(self._definitions, self._schema.get("items") or {})

    def declares(self, name: str) -> bool:
        """See ``MergeType``."""
        return name in (self._schema.get("properties") or ())

    def field(self, name: str) -> MergeType | None:
        """See ``MergeType``."""
        known = self._fields.get(name)
        if known is None:
            declared = (self._schema.get("properties") or {}).get(name)
            if declared is None:
                return self._values
            known = self._fields[name] = type_of(self._definitions, declared)
        return known

    @cached_property
    def _values(self) -> MergeType | None:
        additional = self._schema.get("additionalProperties")
        if isinstance(additional, dict):
            return type_of(self._definitions, additional)
        return DEDUCED if additional or self._schema.get("x-kubernetes-preserve-unknown-fields") else None

    def default_of(self, name: str) -> object:
        """Return the default that the schema publishes; Go gives a required scalar its zero."""
        declared = (self._schema.get("properties") or {}).get(name) or {}
        if "default" in declared:
            return declared["default"]
        return _ZEROS.get(_type_of(declared)) if name in (self._schema.get("required") or ()) else None


def type_of(definitions: Mapping[str, Obj], schema: Obj) -> MergeType:
    """Return the type of a schema, following ``$ref``, also where it stands alone in ``allOf``.

    ``definitions`` by name: ``io.k8s.api.core.v1.Pod``. Neither is changed, nor may anybody else change it.
    """
    reference = schema.get("$ref") or next((part["$ref"] for part in schema.get("allOf") or () if "$ref" in part), "")
    target = definitions[reference.rpartition("/")[2]] if reference else schema
    if target.get("x-kubernetes-int-or-string") or target.get("oneOf"):
        return OpenApiType({}, {"type": "string", "format": "int-or-string"})
    declared = _type_of(target)
    has_content = "properties" in target or "additionalProperties" in target
    if declared in ("", "object") and not has_content:
        return DEDUCED if target.get("x-kubernetes-preserve-unknown-fields") else OPAQUE
    return OpenApiType(definitions, target if declared else {**target, "type": "object"}, schema if reference else None)


def _type_of(schema: Obj) -> str:
    declared = schema.get("type", "")
    if isinstance(declared, list):
        return next((name for name in declared if name != "null"), "")
    return str(declared)


def _scalar_of(declared: str, schema: Obj) -> str:
    if declared == "string":
        return "string" if schema.get("format", "") in ("", "byte") else "untyped"
    return _SCALARS.get(declared, "untyped")
