"""Custom resources in the registry: one strategy for each served version of a definition.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/{strategy,status_strategy,validator}.go``.
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.apiextensions.cel import check_rules, has_rules
from cluster.apiserver.apiextensions.codec import CustomCodec
from cluster.apiserver.apiextensions.conversion import VersionConversion
from cluster.apiserver.apiextensions.defaulting import set_defaults
from cluster.apiserver.apiextensions.embedded import embedded_objects, validate_embedded
from cluster.apiserver.apiextensions.list_types import validate_lists
from cluster.apiserver.apiextensions.paths import value_at
from cluster.apiserver.apiextensions.values import validate_value
from cluster.apiserver.codec import Codec
from cluster.apiserver.registry.ownership import next_generation
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.apply import FieldSet
from cluster.machinery.errors import FieldError, invalid
from cluster.machinery.kinds.custom import CustomKind
from cluster.machinery.meta import Obj

MAX_REPLICAS = 2**31 - 1


class CustomResourceStrategy(BaseStrategy):
    """``selectable``: the paths that field selectors may ask for; ``scale``: those of the scale subresource, if there is one."""

    allow_unconditional_update = False

    def __init__(
        self, kind: CustomKind, conversion: VersionConversion | None, selectable: tuple[str, ...], scale: Mapping[str, str]
    ) -> None:
        self.kind, self.conversion = kind, conversion
        self.schema = kind.schema
        self._selectable = tuple(path.lstrip(".") for path in selectable)
        self.field_labels = frozenset({"metadata.name", "metadata.namespace", *self._selectable})
        self._codec, self._scale = CustomCodec(kind), scale
        self._has_rules = has_rules(kind.schema)

    @property
    def codec(self) -> Codec:
        """See ``apiextensions/codec.py``."""
        return self._codec

    def default(self, obj: Obj) -> None:
        """Fill in what the schema says."""
        set_defaults(obj, self.schema)

    def prepare_for_create(self, obj: Obj) -> None:
        """Drop a status that has a subresource of its own."""
        if self._has_status:
            obj.pop("status", None)
        obj["metadata"]["generation"] = 1

    def validate(self, obj: Obj) -> list[FieldError]:
        """Judge the metadata and the values."""
        return validate_object_meta(obj["metadata"], namespaced=self.kind.namespaced) + self._faults(obj, None)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """Keep a status that has a subresource of its own; count changes of anything else but the metadata."""
        if self._has_status:
            if "status" in old:
                obj["status"] = old["status"]
            else:
                obj.pop("status", None)
        if _content(obj) != _content(old):
            obj["metadata"]["generation"] = next_generation(old)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """Judge how the metadata changed, and the values."""
        return validate_object_meta_update(obj["metadata"], old["metadata"]) + self._faults(obj, old)

    def reset_fields(self, subresource: str) -> FieldSet:
        """Who writes the status has no say in the metadata either."""
        return {"f:spec": {}, "f:metadata": {}} if subresource == "status" else super().reset_fields(subresource)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """Keep everything but the status."""
        kept = {key: value for key, value in old.items() if key not in ("status", "metadata")}
        new = {key: obj[key] for key in ("status",) if key in obj}
        own = {key: obj["metadata"][key] for key in ("resourceVersion", "managedFields") if key in obj["metadata"]}
        metadata = {**old["metadata"], **own}
        obj.clear()
        obj.update({**kept, "metadata": metadata, **new})

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """As any other update."""
        return self.validate_update(obj, old)

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Return name, namespace and the fields that the definition names."""
        values = {label: value_at(obj, label) for label in self._selectable}
        return {**super().selectable_fields(obj), **{label: _text(value) for label, value in values.items()}}

    def _faults(self, obj: Obj, old: Obj | None) -> list[FieldError]:
        faults = validate_value(obj, self.schema)
        for path in (self._scale.get("specReplicasPath"), self._scale.get("statusReplicasPath")):
            faults += _replicas(path, value_at(obj, path)) if path else []
        for inner, path in embedded_objects(obj, self.schema):
            faults += validate_embedded(inner, path)
        faults += validate_lists(obj, self.schema)
        return faults + check_rules(obj, self.schema, old, faults) if self._has_rules else faults


def _content(obj: Obj) -> Obj:
    return {key: value for key, value in obj.items() if key != "metadata"}


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _replicas(path: str, value: object) -> list[FieldError]:
    if not isinstance(value, int) or isinstance(value, bool):
        return []
    if value < 0:
        return [invalid(path, value, "should be a non-negative integer")]
    return [invalid(path, value, f"should be less than or equal to {MAX_REPLICAS}")] if value > MAX_REPLICAS else []
