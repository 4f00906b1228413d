"""APIServices in the registry. Upstream: ``staging/src/k8s.io/kube-aggregator/pkg/registry/apiservice/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.aggregator import AVAILABLE
from cluster.apiserver.defaults.apiregistration.apiservice import set_defaults
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.apiregistration import apiservice as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.apiregistration import APISERVICES
from cluster.machinery.meta import Obj, SimTime, timestamp


def local_condition(now: SimTime) -> Obj:
    """Return the condition of an APIService that this very server serves."""
    return {
        "type": AVAILABLE,
        "status": "True",
        "lastTransitionTime": timestamp(now),
        "reason": "Local",
        "message": "Local APIServices are always available",
    }


class APIServiceStrategy(BaseStrategy):
    """A new one without a service is available at once: it is served here."""

    kind = APISERVICES
    allow_unconditional_update = False

    def default(self, obj: Obj) -> None:
        """See ``defaults/apiregistration/apiservice.py``."""
        set_defaults(obj)

    def stamp(self, obj: Obj, old: Obj | None, now: SimTime) -> None:
        """Write since when a local one is available."""
        if old is None and not obj["spec"].get("service"):
            obj["status"] = {"conditions": [local_condition(now)]}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/apiregistration/apiservice.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/apiregistration/apiservice.py``."""
        return rules.validate_update(obj, old)

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/apiregistration/apiservice.py``."""
        return rules.validate_status_update(obj, old)
