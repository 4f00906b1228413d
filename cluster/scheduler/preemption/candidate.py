"""A node that a pod could have at a price, and which of several costs least.

Upstream: ``pkg/scheduler/framework/preemption/preemption.go`` (``pickOneNodeForPreemption``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cluster.machinery.meta import SimTime
from cluster.scheduler.node_info import PodInfo
from cluster.scheduler.preemption.importance import priority, started_at

_PRIORITY_OFFSET = 2**31
"""Added to each victim's priority, so that three of priority -1 cost more than one."""
CRITERIA = ("violations", "highestPriority", "prioritySum", "victims", "startTime")
"""What is compared, in this order: fewest broken budgets; the least important chief victim; the least sum of priorities; the fewest
victims; the youngest chief victim."""
FIRST = "first"
"""What decides among candidates that cost the same."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """``victims``: the most important first; ``violations``: how many of them break a budget."""

    node: str
    victims: tuple[PodInfo, ...]
    violations: int

    @property
    def highest(self) -> int:
        """The priority of the chief victim."""
        return max((priority(victim.pod) for victim in self.victims), default=-_PRIORITY_OFFSET)

    @property
    def cost(self) -> tuple[int, int, int, int, SimTime]:
        """What is compared, by ``CRITERIA``: less is better."""
        pods, highest = [victim.pod for victim in self.victims], self.highest
        oldest = min((started_at(pod) for pod in pods if priority(pod) == highest), default=SimTime(0))
        return self.violations, highest, sum(priority(pod) + _PRIORITY_OFFSET for pod in pods), len(pods), SimTime(-oldest)


@dataclass(frozen=True, slots=True)
class Search:
    """What preemption has looked at: nodes that the pod could have at a price, and why others are of no use."""

    candidates: tuple[Candidate, ...] = ()
    reasons: Mapping[str, str] | None = None


def cheapest(candidates: Sequence[Candidate]) -> Candidate:
    """Return the candidate that costs least; of equal ones the first. Raises ValueError when there is none."""
    return min(candidates, key=lambda candidate: candidate.cost)


def deciding(candidates: Sequence[Candidate]) -> str:
    """Return which of ``CRITERIA`` has decided for the cheapest, an empty text when there was no choice."""
    if len(candidates) < 2:
        return ""
    left = [candidate.cost for candidate in candidates]
    for index, criterion in enumerate(CRITERIA):
        least = min(cost[index] for cost in left)
        left = [cost for cost in left if cost[index] == least]
        if len(left) == 1:
            return criterion
    return FIRST
