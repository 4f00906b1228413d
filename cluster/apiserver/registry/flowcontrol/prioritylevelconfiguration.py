"""PriorityLevelConfigurations in the registry. Upstream: ``pkg/registry/flowcontrol/prioritylevelconfiguration/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.flowcontrol.prioritylevelconfiguration import set_defaults
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.flowcontrol import prioritylevelconfiguration as rules
from cluster.apiserver.validation.flowcontrol.conditions import validate_status
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.flowcontrol import PRIORITYLEVELCONFIGURATIONS
from cluster.machinery.meta import Obj


class PriorityLevelConfigurationStrategy(BaseStrategy):
    """How many requests of a level run at once. Nothing follows it here: the server has one limit for all."""

    kind = PRIORITYLEVELCONFIGURATIONS
    has_generation = True

    def default(self, obj: Obj) -> None:
        """See ``defaults/flowcontrol/prioritylevelconfiguration.py``."""
        set_defaults(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/flowcontrol/prioritylevelconfiguration.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """Judge it as a new one."""
        return rules.validate(obj)

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/flowcontrol/conditions.py``."""
        return validate_status(obj)
