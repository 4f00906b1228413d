"""ConfigMaps in the registry. Upstream: ``pkg/registry/core/configmap/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.core import configmap as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.core import CONFIGMAPS
from cluster.machinery.meta import Obj


class ConfigMapStrategy(BaseStrategy):
    """Keys and values, nothing else."""

    kind = CONFIGMAPS

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/core/configmap.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/configmap.py``."""
        return rules.validate_update(obj, old)
