"""PersistentVolumeClaims in the registry.

Upstream: ``pkg/registry/core/persistentvolumeclaim/strategy.go``, ``pkg/api/persistentvolumeclaim/util.go``.
"""

from __future__ import annotations

from cluster.apiserver.defaults.core.persistentvolumeclaim import set_defaults
from cluster.apiserver.registry.ownership import carry
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.core import persistentvolumeclaim as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS
from cluster.machinery.meta import Obj

_SOURCE_FIELDS = ("apiGroup", "kind", "name")
_OLD_SOURCES = (("", "PersistentVolumeClaim"), ("snapshot.storage.k8s.io", "VolumeSnapshot"))
"""What ``dataSource`` may name alone, by group and kind; for anything else there is ``dataSourceRef``."""


class PersistentVolumeClaimStrategy(BaseStrategy):
    """A claim starts Pending; what its volume is filled from is said in two fields that agree."""

    kind = PERSISTENTVOLUMECLAIMS
    returns_deleted_object = True
    field_labels = frozenset({"name"})

    def default(self, obj: Obj) -> None:
        """See ``defaults/core/persistentvolumeclaim.py``."""
        set_defaults(obj)

    def prepare_for_create(self, obj: Obj) -> None:
        """Pending, with both fields for the data source filled in."""
        spec = obj["spec"]
        obj["status"] = {"phase": "Pending"}
        _drop_unserved_sources(spec, {})
        _mirror_data_source(spec)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/core/persistentvolumeclaim.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``validation/core/persistentvolumeclaim.py``."""
        return rules.warnings(obj)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """The status belongs to the controllers."""
        carry(obj, old, "status")
        _drop_unserved_sources(obj["spec"], old["spec"])

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/persistentvolumeclaim.py``; upstream judges the whole claim and then the change, and so may say a
        fault twice."""
        return rules.validate(obj, old) + rules.validate_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays."""
        carry(obj, old, "spec")

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/persistentvolumeclaim.py``."""
        return rules.validate_status_update(obj, old)

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Return the name, also under a label that upstream keeps for old clients."""
        return {**super().selectable_fields(obj), "name": obj["metadata"]["name"]}


def _drop_unserved_sources(spec: Obj, old: Obj) -> None:
    """Drop a source in another namespace, which is an alpha feature, and a kind that ``dataSource`` alone has never taken."""
    if spec.get("dataSourceRef", {}).get("namespace") and "dataSourceRef" not in old:
        del spec["dataSourceRef"]
    if "dataSource" in old or "dataSourceRef" in old or "dataSourceRef" in spec:
        return
    source = spec.get("dataSource", {})
    if (source.get("apiGroup") or "", source.get("kind", "")) not in _OLD_SOURCES:
        spec.pop("dataSource", None)


def _mirror_data_source(spec: Obj) -> None:
    for said, other in (("dataSource", "dataSourceRef"), ("dataSourceRef", "dataSource")):
        if said in spec and other not in spec:
            spec[other] = {field: spec[said][field] for field in _SOURCE_FIELDS if field in spec[said]}
