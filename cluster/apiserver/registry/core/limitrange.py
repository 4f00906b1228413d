"""LimitRanges in the registry. Upstream: ``pkg/registry/core/limitrange/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.core.limitrange import set_defaults
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.core import limitrange as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.core import LIMITRANGES
from cluster.machinery.meta import Obj


class LimitRangeStrategy(BaseStrategy):
    """Limits that admission goes by; nothing of it changes by itself."""

    kind = LIMITRANGES

    def default(self, obj: Obj) -> None:
        """See ``defaults/core/limitrange.py``."""
        set_defaults(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/core/limitrange.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/limitrange.py``."""
        return rules.validate_update(obj, old)
