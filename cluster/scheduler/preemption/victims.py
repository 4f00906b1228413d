"""The victims on one node.

Upstream: ``pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go`` (``SelectVictimsOnNode``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cluster.machinery.meta import Obj
from cluster.scheduler.interface import Status, unresolvable
from cluster.scheduler.node_info import NodeInfo, PodInfo
from cluster.scheduler.preemption.budgets import split_by_budgets
from cluster.scheduler.preemption.candidate import Candidate
from cluster.scheduler.preemption.importance import importance, priority

Fits = Callable[[NodeInfo], Status | None]
"""Whether the pod could run on a node as it would be; None: it could."""
NO_VICTIMS = unresolvable("No preemption victims found for incoming pod")


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
