"""A rolling update, step by step. Pure: which ReplicaSet is scaled to what.

Upstream: ``pkg/controller/deployment/rolling.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.controller_manager.deployment.replica_sets import (
    active_sets,
    available_replica_count,
    by_creation,
    replica_count,
    replicas_of,
)
from cluster.controller_manager.deployment.scaling import Scale
from cluster.controller_manager.deployment.strategy import max_unavailable, new_replica_count
from cluster.machinery.meta import Obj


def plan_new(deployment: Obj, all_sets: Sequence[Obj], new: Obj) -> Scale | None:
    """Return the new ReplicaSet's size, when it is to change: up as far as surge allows, or down at once."""
    desired, current = replicas_of(deployment), replicas_of(new)
    if current == desired:
        return None
    size = desired if current > desired else new_replica_count(deployment, all_sets, new)
    return Scale(new, size) if size != current else None


def plan_old(deployment: Obj, all_sets: Sequence[Obj], old: Sequence[Obj], new: Obj) -> list[Scale]:
    """Return the smaller sizes of old ReplicaSets: first without their broken pods, then as far as availability allows.

    10 asked for, at most 2 unavailable, surge 3: at most 13 pods, at least 8 available. With 8 old ones left and 5 new
    ones that are not available yet, 13 - 8 - 5 = 0 may go; once the new ones are available, 5 may.
    """
    active = active_sets(old)
    if replica_count(active) == 0:
        return []
    minimum = replicas_of(deployment) - max_unavailable(deployment)
    new_unavailable = replicas_of(new) - new.get("status", {}).get("availableReplicas", 0)
    spare = replica_count(all_sets) - minimum - new_unavailable
    if spare <= 0:
        return []
    broken = clean_up_unhealthy(active, spare)
    sizes = {scale.rs["metadata"]["name"]: scale.replicas for scale in broken}
    shrunk = [_resized(rs, sizes.get(rs["metadata"]["name"], replicas_of(rs))) for rs in by_creation(active)]
    return [*broken, *scale_down_available(deployment, [*shrunk, new], shrunk)]


def clean_up_unhealthy(old: Sequence[Obj], limit: int) -> list[Scale]:
    """Take at most ``limit`` pods that are not available, oldest ReplicaSet first."""
    scales: list[Scale] = []
    for rs in by_creation(old):
        unhealthy = replicas_of(rs) - rs.get("status", {}).get("availableReplicas", 0)
        count = min(limit, unhealthy)
        if count > 0:
            scales.append(Scale(rs, replicas_of(rs) - count))
            limit -= count
    return scales


def scale_down_available(deployment: Obj, all_sets: Sequence[Obj], old: Sequence[Obj]) -> list[Scale]:
    """Take as many pods as are available beyond the minimum, oldest ReplicaSet first."""
    spare = available_replica_count(all_sets) - (replicas_of(deployment) - max_unavailable(deployment))
    scales: list[Scale] = []
    for rs in by_creation(old):
        count = min(spare, replicas_of(rs))
        if count > 0:
            scales.append(Scale(rs, replicas_of(rs) - count))
            spare -= count
    return scales


def _resized(rs: Obj, replicas: int) -> Obj:
    return rs if replicas == replicas_of(rs) else rs | {"spec": rs["spec"] | {"replicas": replicas}}
