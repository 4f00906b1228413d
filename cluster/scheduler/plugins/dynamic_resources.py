"""DynamicResources: devices that a pod claims.

Pods here can not claim devices, so that every node is as good as any other and there is never a claim to give back.
Upstream: ``pkg/scheduler/framework/plugins/dynamicresources/dynamicresources.go``.
"""

from __future__ import annotations

from cluster.scheduler.cache import NodeInfo, PodInfo
from cluster.scheduler.interface import CycleState, FailedCycle, PostFilterPlugin, PostFilterResult, ScorePlugin


class DynamicResources(PostFilterPlugin, ScorePlugin):
    """Says so where upstream's plugin would for a pod without claims."""

    name = "DynamicResources"

    def post_filter(self, cycle: FailedCycle) -> PostFilterResult:
        """Report that no claim can be given back."""
        return PostFilterResult("no new claims to deallocate")

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Return 0: no devices are asked for."""
        return 0
