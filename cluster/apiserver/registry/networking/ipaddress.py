"""IPAddresses in the registry. Upstream: ``pkg/registry/networking/ipaddress/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.networking import ipaddress as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.networking import IPADDRESSES
from cluster.machinery.meta import Obj


class IPAddressStrategy(BaseStrategy):
    """An address that is taken, and by whom."""

    kind = IPADDRESSES

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/networking/ipaddress.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/networking/ipaddress.py``; upstream judges the whole object and then the change."""
        return rules.validate(obj) + rules.validate_update(obj, old)
