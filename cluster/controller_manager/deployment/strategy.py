"""How many pods there may be and must be. Pure arithmetic.

Upstream: ``pkg/controller/deployment/util/deployment_util.go``.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.controller_manager.deployment.annotations import max_replicas_annotation
from cluster.controller_manager.deployment.replica_sets import replica_count, replicas_of
from cluster.machinery.intstr import IntOrString, scaled_value
from cluster.machinery.meta import Obj

ROLLING_UPDATE = "RollingUpdate"
RECREATE = "Recreate"


def is_rolling_update(deployment: Obj) -> bool:
    """Whether old pods are replaced step by step."""
    return bool(deployment["spec"].get("strategy", {}).get("type") == ROLLING_UPDATE)


def resolve_fenceposts(max_surge: IntOrString, max_unavailable: IntOrString, desired: int) -> tuple[int, int]:
    """Return ``(surge, unavailable)`` as numbers. Raises IntOrStringError.

    Surge is rounded up and unavailable down: 25% of 3 are 1 and 0. Both 0 would stop every rollout, so
    unavailable is 1 then.
    """
    surge = scaled_value(max_surge, desired, round_up=True)
    unavailable = scaled_value(max_unavailable, desired, round_up=False)
    return surge, 1 if surge == 0 and unavailable == 0 else unavailable


def max_surge(deployment: Obj) -> int:
    """Return how many pods more than asked for there may be."""
    return _fenceposts(deployment)[0] if is_rolling_update(deployment) else 0


def max_unavailable(deployment: Obj) -> int:
    """Return how many of the pods asked for may be unavailable, at most all of them."""
    desired = replicas_of(deployment)
    if not is_rolling_update(deployment) or desired == 0:
        return 0
    return min(_fenceposts(deployment)[1], desired)


def min_available(deployment: Obj) -> int:
    """Return how many pods must be available during a rolling update."""
    return replicas_of(deployment) - max_unavailable(deployment) if is_rolling_update(deployment) else 0


def new_replica_count(deployment: Obj, all_sets: Iterable[Obj], new: Obj) -> int:
    """Return how many pods the new ReplicaSet may have now."""
    desired = replicas_of(deployment)
    if not is_rolling_update(deployment):
        return desired
    room = desired + max_surge(deployment) - replica_count(all_sets)
    if room <= 0:
        return replicas_of(new)
    return replicas_of(new) + min(room, desired - replicas_of(new))


def proportion(rs: Obj, deployment: Obj, to_add: int, added: int) -> int:
    """Return the share of ``rs`` in ``to_add`` pods (negative: to remove), of which ``added`` are given away already."""
    if replicas_of(rs) == 0 or to_add in (0, added):
        return 0
    fraction, allowed = replica_set_fraction(rs, deployment), to_add - added
    return min(fraction, allowed) if to_add > 0 else max(fraction, allowed)


def replica_set_fraction(rs: Obj, deployment: Obj) -> int:
    """Return by how many pods ``rs`` would have to change to keep its part of the deployment.

    5 of at most 10 pods before, at most 15 now: 5 * 15 / 10 = 7.5, rounded 8, so 3 more.
    """
    if replicas_of(deployment) == 0:
        return -replicas_of(rs)
    before = max_replicas_annotation(rs) or deployment.get("status", {}).get("replicas", 0)
    if before == 0:
        return 0
    size = replicas_of(rs) * (replicas_of(deployment) + max_surge(deployment)) / before
    return int(size + 0.5) - replicas_of(rs)


def _fenceposts(deployment: Obj) -> tuple[int, int]:
    rolling = deployment["spec"]["strategy"].get("rollingUpdate") or {}
    return resolve_fenceposts(rolling.get("maxSurge", 0), rolling.get("maxUnavailable", 0), replicas_of(deployment))
