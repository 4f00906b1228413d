"""Which pods go first when there are too many. Pure.

In this order: not yet on a node, before those that are; Pending, Unknown, Running; not ready; lower deletion cost; with
more siblings on the same node; ready for a shorter time; restarted more often; younger. Times are compared by powers
of two, so that pods of a similar age are chosen by uid and not always the youngest.

Upstream: ``pkg/controller/controller_utils.go`` (``ActivePodsWithRanks``), ``pkg/controller/replicaset/replica_set.go``.
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Iterable, Sequence

from cluster.controller_manager.pods import is_active, is_ready, phase_of, ready_since
from cluster.machinery.meta import Obj, SimTime, parse_timestamp

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"

_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


def pods_to_delete(pods: Sequence[Obj], related: Iterable[Obj], count: int, now: SimTime) -> list[Obj]:
    """Return the ``count`` pods to delete. ``related``: pods of all ReplicaSets with the same owner."""
    if count >= len(pods):
        return list(pods[:count])
    on_node = Counter(pod["spec"].get("nodeName", "") for pod in related if is_active(pod))

    def compare(left: Obj, right: Obj) -> int:
        return _compare(left, right, on_node, now)

    return sorted(pods, key=functools.cmp_to_key(compare))[:count]


def deletion_cost(pod: Obj) -> int:
    """Return the cost that the pod's annotation names; 0 when there is none, or it is no 32-bit number."""
    text = (pod["metadata"].get("annotations") or {}).get(DELETION_COST, "0")
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or (len(digits) > 1 and digits[0] == "0"):
        return 0
    cost = int(text)
    return cost if -(2**31) <= cost < 2**31 else 0


def _compare(left: Obj, right: Obj, on_node: Counter[str], now: SimTime) -> int:
    """Negative: ``left`` goes first."""
    for one, other in zip(_claims(left, on_node), _claims(right, on_node), strict=True):
        if one != other:
            return one - other
    if is_ready(left) and (by_age := _compare_moments(left, right, ready_since(left), ready_since(right), now)):
        return by_age
    for one, other in zip(_restarts(left), _restarts(right), strict=True):
        if one != other:
            return other - one
    return _compare_moments(left, right, _created(left), _created(right), now)


def _claims(pod: Obj, on_node: Counter[str]) -> tuple[int, int, int, int, int]:
    """What a pod has done to stay, weightiest first."""
    node = pod["spec"].get("nodeName", "")
    return (int(bool(node)), _PHASES.get(phase_of(pod), 0), int(is_ready(pod)), deletion_cost(pod), -on_node[node])


def _compare_moments(left: Obj, right: Obj, one: SimTime, other: SimTime, now: SimTime) -> int:
    if one == other:
        return 0
    if not one or not other:
        return 1 if other else -1
    if difference := _magnitude(one, now) - _magnitude(other, now):
        return difference
    return -1 if left["metadata"]["uid"] < right["metadata"]["uid"] else 1


def _magnitude(moment: SimTime, now: SimTime) -> int:
    """Return the power of two of an age in nanoseconds: 1 s is 29, 1 h is 41; -1 for a moment to come."""
    age = (now - moment) * 1000
    return int(math.log2(age)) if age > 0 else -1


def _restarts(pod: Obj) -> tuple[int, int]:
    """Return the highest restart count among containers and among sidecars."""
    status = pod.get("status", {})
    sidecars = {c["name"] for c in pod["spec"].get("initContainers") or () if c.get("restartPolicy") == "Always"}
    regular = max((c.get("restartCount", 0) for c in status.get("containerStatuses") or ()), default=0)
    return regular, max((c.get("restartCount", 0) for c in status.get("initContainerStatuses") or () if c["name"] in sidecars), default=0)


def _created(pod: Obj) -> SimTime:
    moment = pod["metadata"].get("creationTimestamp")
    return parse_timestamp(moment) if moment else SimTime(0)
