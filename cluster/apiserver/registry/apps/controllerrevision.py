"""ControllerRevisions in the registry. Upstream: ``pkg/registry/apps/controllerrevision/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.apps import controllerrevision as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.apps import CONTROLLERREVISIONS
from cluster.machinery.meta import Obj


class ControllerRevisionStrategy(BaseStrategy):
    """A ControllerRevision keeps what a StatefulSet or a DaemonSet once wanted; its data is written once."""

    kind = CONTROLLERREVISIONS

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/apps/controllerrevision.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/apps/controllerrevision.py``."""
        return rules.validate_update(obj, old)
