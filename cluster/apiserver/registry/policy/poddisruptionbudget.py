"""PodDisruptionBudgets in the registry. Upstream: ``pkg/registry/policy/poddisruptionbudget/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.registry.ownership import carry
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.policy import poddisruptionbudget as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.policy import PODDISRUPTIONBUDGETS
from cluster.machinery.meta import Obj


class PodDisruptionBudgetStrategy(BaseStrategy):
    """A PodDisruptionBudget allows nothing until its controller has counted its pods; nobody writes it unseen."""

    kind = PODDISRUPTIONBUDGETS
    has_generation = True
    allow_unconditional_update = False

    def prepare_for_create(self, obj: Obj) -> None:
        """Nothing is counted yet."""
        obj["metadata"]["generation"] = 1
        obj["status"] = {"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/policy/poddisruptionbudget.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/policy/poddisruptionbudget.py``."""
        return rules.validate_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays."""
        carry(obj, old, "spec")

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/policy/poddisruptionbudget.py``."""
        return rules.validate_status_update(obj, old)
