"""ResourceQuotas in the registry. Upstream: ``pkg/registry/core/resourcequota/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.registry.ownership import carry
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.core import resourcequota as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.core import RESOURCEQUOTAS
from cluster.machinery.meta import Obj


class ResourceQuotaStrategy(BaseStrategy):
    """What is used belongs to the status, and the status to admission and the quota controller."""

    kind = RESOURCEQUOTAS
    returns_deleted_object = True

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/core/resourcequota.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/resourcequota.py``."""
        return rules.validate_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays."""
        carry(obj, old, "spec")

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/resourcequota.py``."""
        return rules.validate_status_update(obj, old)
