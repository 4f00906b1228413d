"""The victims on one node, and the node where they cost least.

Upstream: ``pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go`` (``SelectVictimsOnNode``),
``pkg/scheduler/framework/preemption/preemption.go`` (``pickOneNodeForPreemption``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cluster.machinery.meta import Obj, SimTime
from cluster.scheduler.interface import Status, unresolvable
from cluster.scheduler.node_info import NodeInfo, PodInfo
from cluster.scheduler.preemption.budgets import split_by_budgets
from cluster.scheduler.preemption.importance import importance, priority, started_at

Fits = Callable[[NodeInfo], Status | None]
"""Whether the pod could run on a node as it would be; None: it could."""
NO_VICTIMS = unresolvable("No preemption victims found for incoming pod")
_PRIORITY_OFFSET = 2**31
"""Added to each victim's priority, so that three of priority -1 cost more than one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node that the pod could have at a price. ``victims``: the most important first; ``violations``: how many break a budget."""

    node: str
    victims: tuple[PodInfo, ...]
    violations: int


def victims_on(pod: PodInfo, node: NodeInfo, budgets: Sequence[Obj], fits: Fits) -> Candidate | Status:
    """Return who would have to go from a node, or why it does not help. Changes nothing."""
    mine = priority(pod.pod)
    lower = sorted((other for other in node.pods.values() if priority(other.pod) < mine), key=lambda other: importance(other.pod))
    if not lower:
        return NO_VICTIMS
    trial = node.without(other.key for other in lower)
    refusal = fits(trial)
    if refusal is not None:
        return refusal
    victims: list[PodInfo] = []
    violating, others = split_by_budgets(lower, budgets)
    violations = 0
    for group, costs in ((violating, 1), (others, 0)):
        for other in group:
            trial.add_pod(other)
            if fits(trial) is not None:
                trial.remove_pod(other.key)
                victims.append(other)
                violations += costs
    if not victims:
        return NO_VICTIMS
    return Candidate(node.name, tuple(sorted(victims, key=lambda other: importance(other.pod))), violations)


def cheapest(candidates: Iterable[Candidate]) -> Candidate:
    """Return the candidate that costs least; of equal ones the first. Raises ValueError when there is none."""
    return min(candidates, key=_cost)


def _cost(candidate: Candidate) -> tuple[int, int, int, int, SimTime]:
    """Fewest broken budgets; the least important chief victim; the least sum of priorities; the fewest victims; the youngest chief."""
    pods = [victim.pod for victim in candidate.victims]
    priorities = [priority(pod) for pod in pods]
    highest = max(priorities, default=-_PRIORITY_OFFSET)
    oldest = min((started_at(pod) for pod in pods if priority(pod) == highest), default=SimTime(0))
    return candidate.violations, highest, sum(each + _PRIORITY_OFFSET for each in priorities), len(pods), SimTime(-oldest)
