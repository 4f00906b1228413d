"""Leases in the registry. Upstream: ``pkg/registry/coordination/lease/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.coordination import lease as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.meta import Obj


class LeaseStrategy(BaseStrategy):
    """A Lease may be created by an update, and is never overwritten blindly: that is what it is for."""

    kind = LEASES
    allow_create_on_update = True
    allow_unconditional_update = False

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/coordination/lease.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/coordination/lease.py``."""
        return rules.validate_update(obj, old)
