"""The status of a ReplicaSet, counted from its pods. Pure.

Upstream: ``pkg/controller/replicaset/replica_set_utils.go``.
"""

from __future__ import annotations

from cluster.controller_manager.pods import seconds_left
from cluster.controller_manager.replicaset.census import Tally
from cluster.machinery.meta import Obj, SimTime, timestamp

REPLICA_FAILURE = "ReplicaFailure"


def replica_set_status(rs: Obj, pods: Tally, failure: str, surplus: int, now: SimTime) -> tuple[Obj, float | None]:
    """Return the new status, and in how many seconds a ready pod becomes available (None: no such pod).

    ``pods``: those that it owns; ``failure``: why pods could not be made or deleted (empty: they could); ``surplus``: pods that there
    were too many before (negative: too few).
    """
    wanted = (rs["spec"]["template"].get("metadata", {}).get("labels") or {}).items()
    min_ready_seconds = rs["spec"].get("minReadySeconds", 0)
    active = terminating = labeled = ready = available = 0
    waits: list[float] = []
    for facts, count in pods.items():
        if facts.is_terminating:
            terminating += count
            continue
        active += count
        labeled += count if wanted <= facts.labels else 0
        if not facts.is_ready:
            continue
        ready += count
        wait = seconds_left(facts.ready_since, min_ready_seconds, now)
        if wait == 0:
            available += count
        elif wait is not None:
            waits.append(wait)
    counts = {"fullyLabeledReplicas": labeled, "readyReplicas": ready, "availableReplicas": available}
    status: Obj = {"replicas": active, **{name: count for name, count in counts.items() if count}}
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
