"""NodeResourcesBalancedAllocation: nodes on which resources are used evenly.

What is scored is the change that the pod makes. A node's balance is 100 less the standard deviation of the shares used (for two
of them, f1 and f2: 100 * (1 - |f1 - f2| / 2)); the score is 50 + (50 + balance with the pod - balance without it) / 2, so that 75
means: no change. Upstream: ``pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from cluster.machinery.pod_resources import CPU, EPHEMERAL_STORAGE, MEMORY
from cluster.scheduler.interface import MAX_NODE_SCORE, SKIP, CycleState, PreScorePlugin, ScorePlugin, Status
from cluster.scheduler.node_info import NodeInfo, PodInfo

DEFAULT_RESOURCES = (CPU, MEMORY)
_NATIVE = (CPU, MEMORY, EPHEMERAL_STORAGE)


class NodeResourcesBalancedAllocation(PreScorePlugin, ScorePlugin):
    """Has nothing to say about pods that request none of the ``resources``."""

    name = "NodeResourcesBalancedAllocation"
    is_local = True

    def __init__(self, resources: Sequence[str] = DEFAULT_RESOURCES) -> None:
        self._resources = tuple(resources)

    def pre_score(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> Status | None:
        """Skip pods without requests, so that they do not all end on one node."""
        return None if any(pod.requests.get(name) for name in self._resources) else SKIP

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Return 75 where the pod changes nothing, more where it evens out, less where it tilts."""
        allocatable, requested, wanted = node.allocatable, node.requested, pod.requests
        before: list[float] = []
        after: list[float] = []
        for name in self._resources:
            capacity = allocatable.get(name)
            more = wanted.get(name, 0)
            if not capacity or not (more or name in _NATIVE):
                continue
            used = requested.get(name, 0)
            before.append(used / capacity if used < capacity else 1.0)
            after.append((used + more) / capacity if used + more < capacity else 1.0)
        change = balance(after) - balance(before)
        return MAX_NODE_SCORE // 2 + (MAX_NODE_SCORE // 2 + change) // 2


def balance(shares: Sequence[float]) -> int:
    """Return 100 for resources used in equal shares, less the more the shares differ; rounded down."""
    if len(shares) < 2:
        return MAX_NODE_SCORE
    if len(shares) == 2:
        return int((1 - abs(shares[0] - shares[1]) / 2) * MAX_NODE_SCORE)
    mean = sum(shares) / len(shares)
    return int((1 - math.sqrt(sum((share - mean) ** 2 for share in shares) / len(shares))) * MAX_NODE_SCORE)
