"""The status of a ReplicaSet, counted from its pods. Pure.

Upstream: ``pkg/controller/replicaset/replica_set_utils.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.controller_manager.pods import is_ready, seconds_until_available
from cluster.machinery.meta import Obj, SimTime, timestamp

REPLICA_FAILURE = "ReplicaFailure"


def replica_set_status(
    rs: Obj, active: Sequence[Obj], terminating: int, failure: str, surplus: int, now: SimTime
) -> tuple[Obj, float | None]:
    """Return the new status, and in how many seconds a ready pod becomes available (None: no such pod).

    ``failure``: why pods could not be made or deleted (empty: they could); ``surplus``: pods that there were
    too many before (negative: too few).
    """
    wanted = (rs["spec"]["template"].get("metadata", {}).get("labels") or {}).items()
    min_ready_seconds = rs["spec"].get("minReadySeconds", 0)
    labeled = ready = available = 0
    waits: list[float] = []
    for pod in active:
        labeled += wanted <= (pod["metadata"].get("labels") or {}).items()
        if not is_ready(pod):
            continue
        ready += 1
        wait = seconds_until_available(pod, min_ready_seconds, now) if min_ready_seconds else 0
        if wait == 0:
            available += 1
        elif wait is not None:
            waits.append(wait)
    counts = {"fullyLabeledReplicas": labeled, "readyReplicas": ready, "availableReplicas": available}
    status: Obj = {"replicas": len(active), **{name: count for name, count in counts.items() if count}}
    status["terminatingReplicas"] = terminating
    if generation := rs["metadata"].get("generation", 0):
        status["observedGeneration"] = generation
    if conditions := _conditions(rs, failure, surplus, now):
        status["conditions"] = conditions
    return status, min(waits, default=None)


def _conditions(rs: Obj, failure: str, surplus: int, now: SimTime) -> list[Obj]:
    conditions = list(rs.get("status", {}).get("conditions") or ())
    has_failure = any(condition["type"] == REPLICA_FAILURE for condition in conditions)
    if not failure:
        return [condition for condition in conditions if condition["type"] != REPLICA_FAILURE]
    if not has_failure:
        reason = "FailedCreate" if surplus < 0 else "FailedDelete"
        condition = {"type": REPLICA_FAILURE, "status": "True", "lastTransitionTime": timestamp(now), "reason": reason, "message": failure}
        conditions.append(condition)
    return conditions
