"""What a PodDisruptionBudget's status should say. Pure.

Upstream: ``pkg/controller/disruption/disruption.go`` (``getExpectedPodCount``, ``countHealthyPods``, ``buildDisruptedPodMap``,
``updatePdbStatus``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cluster.controller_manager.base import is_deleting
from cluster.controller_manager.pods import is_ready
from cluster.machinery.disruption import set_allowed_condition
from cluster.machinery.intstr import scaled_value
from cluster.machinery.meta import Obj, SimTime, after, controller_of, parse_timestamp

DELETION_TIMEOUT = 120
"""Seconds that an evicted pod gets to be deleted before it counts again."""

Scale = Callable[[Obj], tuple[str, int]]
"""Returns the uid of what scales a pod's controller, and how many pods it should have. Takes the pod; raises CountError."""


class CountError(Exception):
    """The pods of a budget cannot be counted; the message is upstream's."""


@dataclass(frozen=True, slots=True)
class Expected:
    """How many pods there should be, and how many of them have to be healthy."""

    pods: int = 0
    healthy: int = 0


def expected(spec: Obj, pods: Sequence[Obj], scale: Scale) -> Expected:
    """Return what a budget expects of its pods. A number of pods that has to stay counts the pods that are there; a share of them, and
    what may be away, count those that their controllers should have. Raises CountError, IntOrStringError."""
    if "maxUnavailable" in spec:
        total = _scale_of_all(pods, scale)
        return Expected(total, max(0, total - scaled_value(spec["maxUnavailable"], total, round_up=True)))
    least = spec.get("minAvailable")
    if least is None:
        return Expected()
    if isinstance(least, int):
        return Expected(len(pods), least)
    total = _scale_of_all(pods, scale)
    return Expected(total, scaled_value(least, total, round_up=True))


def has_unmanaged(spec: Obj, pods: Iterable[Obj]) -> bool:
    """Whether a budget that counts by what controllers should have is about a pod that none controls."""
    is_by_scale = "maxUnavailable" in spec or isinstance(spec.get("minAvailable"), str)
    return is_by_scale and any(controller_of(pod) is None for pod in pods)


def _scale_of_all(pods: Iterable[Obj], scale: Scale) -> int:
    """Return the sum over the controllers of some pods; a pod without one counts for nothing."""
    return sum(dict(scale(pod) for pod in pods if controller_of(pod) is not None).values())


def still_disrupted(pods: Iterable[Obj], disrupted: Mapping[str, str], now: SimTime) -> tuple[dict[str, str], list[Obj], SimTime | None]:
    """Sort the pods that evictions have announced: those that may still go, those that should be gone by now, and when to look again."""
    waiting: dict[str, str] = {}
    overdue: list[Obj] = []
    recheck: SimTime | None = None
    for pod in pods:
        since = disrupted.get(pod["metadata"]["name"])
        if since is None or is_deleting(pod):
            continue
        deadline = after(parse_timestamp(since), DELETION_TIMEOUT)
        if deadline < now:
            overdue.append(pod)
            continue
        waiting[pod["metadata"]["name"]] = since
        recheck = deadline if recheck is None else min(recheck, deadline)
    return waiting, overdue, recheck


def healthy(pods: Iterable[Obj], disrupted: Mapping[str, str]) -> int:
    """Return how many pods are ready and stay."""
    return sum(is_ready(pod) and not is_deleting(pod) and pod["metadata"]["name"] not in disrupted for pod in pods)


def counted(budget: Obj, wanted: Expected, current: int, disrupted: dict[str, str], now: SimTime) -> Obj:
    """Return the status of a budget whose pods have been counted. As long as there should be none, none may go."""
    allowed = current - wanted.healthy if wanted.pods > 0 else 0
    status = {
        **{field: value for field, value in budget.get("status", {}).items() if field == "conditions"},
        "currentHealthy": current,
        "desiredHealthy": wanted.healthy,
        "expectedPods": wanted.pods,
        "disruptionsAllowed": max(0, allowed),
        "observedGeneration": budget["metadata"].get("generation", 0),
        **({"disruptedPods": disrupted} if disrupted else {}),
    }
    set_allowed_condition(status, now)
    return status


def not_counted(budget: Obj, why: str, now: SimTime) -> Obj:
    """Return the status of a budget whose pods nobody could count: nothing may go."""
    status = {**budget.get("status", {}), "disruptionsAllowed": 0}
    set_allowed_condition(status, now, failure=why)
    return status
