"""NodeResourcesBalancedAllocation: nodes on which cpu and memory are used evenly.

What is scored is the change that the pod makes. With the shares used f1 and f2, a node's balance is
100 * (1 - |f1 - f2| / 2); the score is 50 + (50 + balance with the pod - balance without it) / 2, so that 75 means: no change.
Upstream: ``pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cluster.machinery.pod_resources import CPU, MEMORY
from cluster.scheduler.cache import NodeInfo, PodInfo
from cluster.scheduler.interface import MAX_NODE_SCORE, SKIP, CycleState, PreScorePlugin, ScorePlugin, Status

_RESOURCES = (CPU, MEMORY)


class NodeResourcesBalancedAllocation(PreScorePlugin, ScorePlugin):
    """Has nothing to say about pods that request neither cpu nor memory."""

    name = "NodeResourcesBalancedAllocation"

    def pre_score(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> Status | None:
        """Skip pods without requests, so that they do not all end on one node."""
        return None if any(pod.requests.get(name) for name in _RESOURCES) else SKIP

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Return 75 where the pod changes nothing, more where it evens out, less where it tilts."""
        cpu, memory = node.requested.get(CPU, 0), node.requested.get(MEMORY, 0)
        with_pod = balance(cpu + pod.requests.get(CPU, 0), memory + pod.requests.get(MEMORY, 0), node.allocatable)
        change = with_pod - balance(cpu, memory, node.allocatable)
        return MAX_NODE_SCORE // 2 + (MAX_NODE_SCORE // 2 + change) // 2


def balance(cpu: int, memory: int, allocatable: Mapping[str, int]) -> int:
    """Return 100 for resources used in equal shares, less the more the shares differ; rounded down."""
    all_cpu, all_memory = allocatable.get(CPU), allocatable.get(MEMORY)
    if not (all_cpu and all_memory):
        return MAX_NODE_SCORE
    deviation = abs(min(cpu / all_cpu, 1.0) - min(memory / all_memory, 1.0)) / 2
    return int((1 - deviation) * MAX_NODE_SCORE)
