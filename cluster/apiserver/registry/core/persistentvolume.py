"""PersistentVolumes in the registry. Upstream: ``pkg/registry/core/persistentvolume/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.core.persistentvolume import set_defaults
from cluster.apiserver.registry.ownership import carry
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.core import persistentvolume as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.core import PERSISTENTVOLUMES
from cluster.machinery.meta import Obj, SimTime, timestamp


class PersistentVolumeStrategy(BaseStrategy):
    """A volume starts Pending, and remembers when its phase last changed."""

    kind = PERSISTENTVOLUMES
    returns_deleted_object = True
    field_labels = frozenset({"name"})

    def default(self, obj: Obj) -> None:
        """See ``defaults/core/persistentvolume.py``."""
        set_defaults(obj)

    def prepare_for_create(self, obj: Obj) -> None:
        """Pending."""
        obj["status"] = {"phase": "Pending"}

    def stamp(self, obj: Obj, old: Obj | None, now: SimTime) -> None:
        """Note when the phase changed, unless who changed it has."""
        status, before = obj["status"], old["status"] if old else {}
        is_noted = status.get("lastPhaseTransitionTime") not in (None, before.get("lastPhaseTransitionTime"))
        if status.get("phase") != before.get("phase") and not is_noted:
            status["lastPhaseTransitionTime"] = timestamp(now)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/core/persistentvolume.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``validation/core/persistentvolume.py``."""
        return rules.warnings(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/persistentvolume.py``; upstream judges the whole volume and then the change, and so may say a fault
        twice."""
        return rules.validate(obj) + rules.validate_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays."""
        carry(obj, old, "spec")

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/persistentvolume.py``."""
        return rules.validate_status_update(obj, old)

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Return the name, also under a label that upstream keeps for old clients."""
        return {**super().selectable_fields(obj), "name": obj["metadata"]["name"]}
