"""PriorityClasses in the registry. Upstream: ``pkg/registry/scheduling/priorityclass/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.scheduling.priorityclass import set_defaults
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.scheduling import priorityclass as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.scheduling import PRIORITYCLASSES
from cluster.machinery.meta import Obj


class PriorityClassStrategy(BaseStrategy):
    """A PriorityClass hardly changes: its generation stays 1."""

    kind = PRIORITYCLASSES
    has_generation = True

    def default(self, obj: Obj) -> None:
        """See ``defaults/scheduling/priorityclass.py``."""
        set_defaults(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/scheduling/priorityclass.py``."""
        return rules.validate(obj)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """There is nothing to carry over."""

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/scheduling/priorityclass.py``."""
        return rules.validate_update(obj, old)
