"""ServiceCIDRs in the registry. Upstream: ``pkg/registry/networking/servicecidr/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.networking import servicecidr as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.networking import SERVICECIDRS
from cluster.machinery.meta import Obj


class ServiceCIDRStrategy(BaseStrategy):
    """A range that Services draw addresses from. Upstream leaves a status as it is that a new one is sent with."""

    kind = SERVICECIDRS

    def prepare_for_create(self, obj: Obj) -> None:
        """Have a status, an empty one if none was sent."""
        obj.setdefault("status", {})

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/networking/servicecidr.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/networking/servicecidr.py``; upstream judges the whole object and then the change."""
        return rules.validate(obj) + rules.validate_update(obj, old)
