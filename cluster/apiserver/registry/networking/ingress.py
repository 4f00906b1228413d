"""Ingresses in the registry. Upstream: ``pkg/registry/networking/ingress/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.registry.ownership import carry
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.networking import ingress as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.networking import INGRESSES
from cluster.machinery.meta import Obj


class IngressStrategy(BaseStrategy):
    """Rules for traffic from outside; a controller of its class follows them and fills in the status."""

    kind = INGRESSES
    has_generation = True

    def prepare_for_create(self, obj: Obj) -> None:
        """Begin to count the generation; where it is to be found is not known yet."""
        obj["metadata"]["generation"] = 1
        obj["status"] = {"loadBalancer": {}}

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays."""
        carry(obj, old, "spec")

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/networking/ingress.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``validation/networking/ingress.py``."""
        return rules.warnings(obj)

    def warnings_on_update(self, obj: Obj, old: Obj) -> list[str]:
        """Have nothing to say."""
        return []

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/networking/ingress.py``."""
        return rules.validate_update(obj, old)

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/networking/ingress.py``."""
        return rules.validate_status_update(obj, old)
