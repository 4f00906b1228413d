"""Endpoints in the registry. Upstream: ``pkg/registry/core/endpoint/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.core.endpoints import set_defaults
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.core import endpoints as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.core import ENDPOINTS
from cluster.machinery.meta import Obj


class EndpointsStrategy(BaseStrategy):
    """The addresses behind a Service in one object: what EndpointSlices have replaced."""

    kind = ENDPOINTS
    allow_create_on_update = True

    def default(self, obj: Obj) -> None:
        """See ``defaults/core/endpoints.py``."""
        set_defaults(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/core/endpoints.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``validation/core/endpoints.py``."""
        return rules.warnings(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/endpoints.py``."""
        return rules.validate_update(obj, old)
