"""What ReplicaSets have in common with the ReplicationControllers that they replaced.

Upstream: ``pkg/registry/apps/replicaset/strategy.go``, ``pkg/registry/core/replicationcontroller/strategy.go``.
"""

from __future__ import annotations

from cluster.apiserver.registry.ownership import carry
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.workload_warnings import name_warnings, template_warnings, template_warnings_on_update
from cluster.machinery.meta import Obj


class ReplicatedStrategy(BaseStrategy):
    """A number of pods of one template; the status starts by saying that there are none yet."""

    has_generation = True
    field_labels = frozenset({"status.replicas"})

    def prepare_for_create(self, obj: Obj) -> None:
        """No replicas yet."""
        obj["metadata"]["generation"] = 1
        obj["status"] = {"replicas": 0}

    def warnings(self, obj: Obj) -> list[str]:
        """What is odd in its name and its template."""
        return name_warnings(obj) + template_warnings(obj["spec"].get("template"))

    def warnings_on_update(self, obj: Obj, old: Obj) -> list[str]:
        """What is odd in its template, when the spec has changed."""
        return template_warnings_on_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays."""
        carry(obj, old, "spec")

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Return name, namespace and the number of replicas."""
        return {**super().selectable_fields(obj), "status.replicas": str(obj.get("status", {}).get("replicas", 0))}
