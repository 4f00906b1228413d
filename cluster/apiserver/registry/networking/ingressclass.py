"""IngressClasses in the registry. Upstream: ``pkg/registry/networking/ingressclass/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.networking.ingressclass import set_defaults
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.networking import ingressclass as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.networking import INGRESSCLASSES
from cluster.machinery.meta import Obj


class IngressClassStrategy(BaseStrategy):
    """Which controller follows an Ingress."""

    kind = INGRESSCLASSES
    has_generation = True

    def default(self, obj: Obj) -> None:
        """See ``defaults/networking/ingressclass.py``."""
        set_defaults(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/networking/ingressclass.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/networking/ingressclass.py``."""
        return rules.validate_update(obj, old)
