"""CSIDrivers in the registry. Upstream: ``pkg/registry/storage/csidriver/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.storage.csidriver import set_defaults
from cluster.apiserver.registry.ownership import next_generation
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.storage import csidriver as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.storage import CSIDRIVERS
from cluster.machinery.meta import Obj


class CSIDriverStrategy(BaseStrategy):
    """What a driver can do. Its generation counts changes only: a new one has none."""

    kind = CSIDRIVERS
    returns_deleted_object = True
    allow_unconditional_update = False

    def default(self, obj: Obj) -> None:
        """See ``defaults/storage/csidriver.py``."""
        set_defaults(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/storage/csidriver.py``."""
        return rules.validate(obj)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """Count the change of a field that may change."""
        if obj["spec"] != old["spec"]:
            obj["metadata"]["generation"] = next_generation(old)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/storage/csidriver.py``."""
        return rules.validate_update(obj, old)
