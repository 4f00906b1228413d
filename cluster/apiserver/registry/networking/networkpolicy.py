"""NetworkPolicies in the registry. Upstream: ``pkg/registry/networking/networkpolicy/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.networking.networkpolicy import set_defaults
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.networking import networkpolicy as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.networking import NETWORKPOLICIES
from cluster.machinery.meta import Obj


class NetworkPolicyStrategy(BaseStrategy):
    """Who may talk to whom."""

    kind = NETWORKPOLICIES
    has_generation = True

    def default(self, obj: Obj) -> None:
        """See ``defaults/networking/networkpolicy.py``."""
        set_defaults(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/networking/networkpolicy.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``validation/networking/networkpolicy.py``."""
        return rules.warnings(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/networking/networkpolicy.py``."""
        return rules.validate_update(obj, old)
