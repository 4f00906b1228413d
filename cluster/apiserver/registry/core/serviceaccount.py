"""ServiceAccounts in the registry. Upstream: ``pkg/registry/core/serviceaccount/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.core import serviceaccount as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.core import SERVICEACCOUNTS
from cluster.machinery.meta import Obj


class ServiceAccountStrategy(BaseStrategy):
    """An identity: its metadata is nearly all it has."""

    kind = SERVICEACCOUNTS
    returns_deleted_object = True

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/core/serviceaccount.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/serviceaccount.py``."""
        return rules.validate_update(obj, old)
