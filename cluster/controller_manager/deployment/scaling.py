"""What a change of ``spec.replicas`` alone does to the ReplicaSets, also in the middle of a rollout. Pure.

Upstream: ``pkg/controller/deployment/sync.go`` (``scale``, ``isScalingEvent``, ``cleanupDeployment``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cluster.controller_manager.deployment.annotations import desired_replicas_annotation
from cluster.controller_manager.deployment.progress import NO_DEADLINE
from cluster.controller_manager.deployment.replica_sets import (
    active_sets,
    by_revision,
    by_size_newer,
    by_size_older,
    find_active_or_latest,
    replica_count,
    replicas_of,
)
from cluster.controller_manager.deployment.strategy import is_rolling_update, max_surge, proportion
from cluster.machinery.meta import Obj


@dataclass(frozen=True, slots=True)
class Scale:
    """A ReplicaSet and the replicas that it shall have."""

    rs: Obj
    replicas: int


def is_scaling_event(deployment: Obj, all_sets: Iterable[Obj]) -> bool:
    """Whether a ReplicaSet with pods was made for another number of replicas than is asked for now."""
    desired = (desired_replicas_annotation(rs) for rs in active_sets(all_sets))
    return any(count is not None and count != replicas_of(deployment) for count in desired)


def is_saturated(deployment: Obj, rs: Obj | None) -> bool:
    """Whether ``rs`` alone gives all that is asked for."""
    if rs is None:
        return False
    desired, available = desired_replicas_annotation(rs), rs.get("status", {}).get("availableReplicas", 0)
    return all(count == replicas_of(deployment) for count in (replicas_of(rs), desired, available))


def plan_scale(deployment: Obj, new: Obj | None, old: Sequence[Obj]) -> list[Scale]:
    """Return the new sizes.

    A single ReplicaSet with pods takes all. Old ones beside a saturated new one go to 0. In the middle of
    a rolling update each keeps its proportion, and what rounding leaves over goes to the largest.
    """
    only = find_active_or_latest(new, old)
    if only is not None:
        return [Scale(only, replicas_of(deployment))]
    if is_saturated(deployment, new):
        return [Scale(rs, 0) for rs in active_sets(old)]
    return _proportional(deployment, new, old) if is_rolling_update(deployment) else []


def _proportional(deployment: Obj, new: Obj | None, old: Sequence[Obj]) -> list[Scale]:
    active = active_sets([*old, new] if new is not None else old)
    desired = replicas_of(deployment)
    allowed = desired + max_surge(deployment) if desired > 0 else 0
    to_add = allowed - replica_count(active)
    if to_add > 0:
        active = by_size_newer(active)
    elif to_add < 0:
        active = by_size_older(active)
    sizes: list[int] = []
    added = 0
    for rs in active:
        share = proportion(rs, deployment, to_add, added)
        sizes.append(replicas_of(rs) + share)
        added += share
    if sizes and to_add != 0:
        sizes[0] = max(sizes[0] + to_add - added, 0)
    return [Scale(rs, size) for rs, size in zip(active, sizes, strict=True)]


def sets_to_clean_up(deployment: Obj, old: Iterable[Obj]) -> list[Obj]:
    """Return the old ReplicaSets beyond ``spec.revisionHistoryLimit`` that may be deleted, lowest revision first.

    Those that still have pods, or that their controller has not looked at, count towards the limit and stay.
    """
    limit = deployment["spec"].get("revisionHistoryLimit")
    if limit is None or limit == NO_DEADLINE:
        return []
    alive = by_revision(rs for rs in old if "deletionTimestamp" not in rs["metadata"])
    return [rs for rs in alive[: max(len(alive) - limit, 0)] if _is_done(rs)]


def _is_done(rs: Obj) -> bool:
    status = rs.get("status", {})
    is_observed = rs["metadata"].get("generation", 0) <= status.get("observedGeneration", 0)
    return is_observed and status.get("replicas", 0) == 0 and replicas_of(rs) == 0
