"""RuntimeClasses in the registry. Upstream: ``pkg/registry/node/runtimeclass/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.node import runtimeclass as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.node import RUNTIMECLASSES
from cluster.machinery.meta import Obj


class RuntimeClassStrategy(BaseStrategy):
    """Which of a node's runtimes runs a pod, and what that costs."""

    kind = RUNTIMECLASSES
    allow_unconditional_update = False

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/node/runtimeclass.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``validation/node/runtimeclass.py``."""
        return rules.warnings(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/node/runtimeclass.py``; upstream judges the whole class and then the change."""
        return rules.validate(obj) + rules.validate_update(obj, old)
