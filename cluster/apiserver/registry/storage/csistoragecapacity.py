"""CSIStorageCapacities in the registry. Upstream: ``pkg/registry/storage/csistoragecapacity/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.storage import csistoragecapacity as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.storage import CSISTORAGECAPACITIES
from cluster.machinery.meta import Obj


class CSIStorageCapacityStrategy(BaseStrategy):
    """What a driver has left of one class for some nodes, as the driver reports it."""

    kind = CSISTORAGECAPACITIES
    returns_deleted_object = True
    allow_unconditional_update = False

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/storage/csistoragecapacity.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/storage/csistoragecapacity.py``; upstream judges the whole object and then the change."""
        return rules.validate(obj) + rules.validate_update(obj, old)
