"""NodeResourcesFit: a node must have left what the pod requests; the emptier, the better (LeastAllocated).

Upstream: ``pkg/scheduler/framework/plugins/noderesources/fit.go``, ``least_allocated.go``.
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.machinery.meta import Obj
from cluster.machinery.pod_resources import CPU, MEMORY, PODS, Amounts, amounts, pod_requests
from cluster.scheduler.cache import NodeInfo, PodInfo
from cluster.scheduler.interface import MAX_NODE_SCORE, Change, ClusterEvent, Code, CycleState, FilterPlugin, ScorePlugin, Status

_WEIGHTS = {CPU: 1, MEMORY: 1}


class NodeResourcesFit(FilterPlugin, ScorePlugin):
    """Compares requests with what is left; scores by the free share of cpu and memory, weighted 1 : 1."""

    name = "NodeResourcesFit"

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Turn away a node that lacks something, with one reason for each resource."""
        reasons: list[str] = []
        code = Code.UNSCHEDULABLE
        if len(node.pods) + 1 > node.allowed_pods:
            reasons.append("Too many pods")
        for name, amount in pod.requests.items():
            allocatable = node.allocatable.get(name, 0)
            if amount and amount > allocatable - node.requested.get(name, 0):
                reasons.append(f"Insufficient {name}")
                if amount > allocatable:
                    code = Code.UNRESOLVABLE
        return Status(code, tuple(reasons)) if reasons else None

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Return the mean free share of cpu and memory, in percent, with the pod on the node."""
        requested = {name: node.non_zero_requested[name] + pod.non_zero[name] for name in _WEIGHTS}
        return least_allocated(requested, node.allocatable, _WEIGHTS)

    def is_schedulable_after(self, pod: PodInfo, event: ClusterEvent) -> bool:
        """When a pod leaves a node or shrinks, or a node that the pod would fit on appears or grows."""
        match event.change:
            case Change.ASSIGNED_POD_DELETED:
                return True
            case Change.POD_UPDATED | Change.ASSIGNED_POD_UPDATED:
                return event.old is not None and event.new is not None and _has_shrunk(event.old, event.new, pod.requests)
            case Change.NODE_ADDED | Change.NODE_UPDATED:
                return event.new is not None and _would_help(event.old, event.new, pod)
        return False


def least_allocated(requested: Mapping[str, int], allocatable: Mapping[str, int], weights: Mapping[str, int]) -> int:
    """Return the weighted mean of free shares in percent, rounded down; resources that the node does not have are left out.

    Of 4000 thousandths 1000 are taken, of 10000 bytes 5000: (75 + 50) / 2 is 62.
    """
    score = total = 0
    for name, weight in weights.items():
        capacity = allocatable.get(name, 0)
        if capacity == 0:
            continue
        free = capacity - requested.get(name, 0)
        score += weight * (free * MAX_NODE_SCORE // capacity if free > 0 else 0)
        total += weight
    return score // total if total else 0


def _would_help(old: Obj | None, new: Obj, pod: PodInfo) -> bool:
    after = amounts((new.get("status") or {}).get("allocatable"))
    if after.get(PODS, 0) < 1 or any(amount > after.get(name, 0) for name, amount in pod.requests.items() if amount):
        return False
    if old is None:
        return True
    before = amounts((old.get("status") or {}).get("allocatable"))
    wanted = [name for name, amount in pod.requests.items() if amount]
    return any(after.get(name, 0) > before.get(name, 0) for name in (PODS, *wanted))


def _has_shrunk(old: Obj, new: Obj, wanted: Amounts) -> bool:
    before, after = pod_requests(old), pod_requests(new)
    return any(after.get(name, 0) < before.get(name, 0) for name, amount in wanted.items() if amount)
