"""ComponentStatus: whether the other parts of the control plane are well. Nobody should ask any more, and ``kubectl get cs`` still does.

The real server asks each for ``/healthz``. Here they are parts of the simulation, which runs all of them or none.

Upstream: ``pkg/registry/core/componentstatus/rest.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apiserver.rest import Installation
from cluster.apiserver.rest.computed import ComputedRest
from cluster.machinery.kinds.core import COMPONENTSTATUSES
from cluster.machinery.meta import Obj

COMPONENTS = ("controller-manager", "scheduler", "etcd-0")


class ComponentStatusRest(ComputedRest):
    """Serves ``get`` and ``list``."""

    kind = COMPONENTSTATUSES

    def __init__(self, installation: Installation) -> None:
        pass

    def objects(self, namespace: str) -> Sequence[Obj]:
        """Return one status a component."""
        condition = {"type": "Healthy", "status": "True", "message": "ok"}
        return [
            {"apiVersion": self.kind.api_version, "kind": self.kind.kind, "metadata": {"name": name}, "conditions": [condition]}
            for name in COMPONENTS
        ]

    def called(self) -> str:
        """Upstream says it in the singular."""
        return self.kind.singular
