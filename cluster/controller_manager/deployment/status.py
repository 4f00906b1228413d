"""The status of a Deployment, summed up from its ReplicaSets. Pure.

Upstream: ``pkg/controller/deployment/sync.go`` (``calculateStatus``).
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.controller_manager.deployment.conditions import AVAILABLE, new_condition, set_condition
from cluster.controller_manager.deployment.replica_sets import (
    actual_replica_count,
    available_replica_count,
    ready_replica_count,
    replica_count,
    replicas_of,
    terminating_replica_count,
)
from cluster.controller_manager.deployment.strategy import max_unavailable
from cluster.machinery.meta import Obj, SimTime


def deployment_status(deployment: Obj, all_sets: Sequence[Obj], new: Obj | None, now: SimTime) -> Obj:
    """Return the counts and the Available condition; other conditions stay. ``all_sets`` includes ``new``."""
    before = deployment.get("status", {})
    available = available_replica_count(all_sets)
    counts = {
        "observedGeneration": deployment["metadata"].get("generation", 0),
        "replicas": actual_replica_count(all_sets),
        "updatedReplicas": actual_replica_count([new] if new else []),
        "readyReplicas": ready_replica_count(all_sets),
        "availableReplicas": available,
        "unavailableReplicas": max(replica_count(all_sets) - available, 0),
    }
    status: Obj = {name: count for name, count in counts.items() if count}
    if (terminating := terminating_replica_count(all_sets)) is not None:
        status["terminatingReplicas"] = terminating
    if available >= replicas_of(deployment) - max_unavailable(deployment):
        message = "Deployment has minimum availability."
        condition = new_condition(AVAILABLE, "True", "MinimumReplicasAvailable", message, now)
    else:
        message = "Deployment does not have minimum availability."
        condition = new_condition(AVAILABLE, "False", "MinimumReplicasUnavailable", message, now)
    status["conditions"] = set_condition(before.get("conditions") or (), condition)
    if "collisionCount" in before:
        status["collisionCount"] = before["collisionCount"]
    return status
