"""DynamicResources: devices that a pod claims.

Pods here can not claim devices, so that every node is as good as any other and there is never a claim to give back.
Upstream: ``pkg/scheduler/framework/plugins/dynamicresources/dynamicresources.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.scheduler.interface import (
    SKIP,
    CycleState,
    FailedCycle,
    PostFilterPlugin,
    PostFilterResult,
    PreFilterPlugin,
    PreFilterResult,
    ScorePlugin,
    StateKey,
    Status,
)
from cluster.scheduler.node_info import NodeInfo, PodInfo

_SEEN: StateKey[bool] = StateKey("DynamicResources")


class DynamicResources(PreFilterPlugin, PostFilterPlugin, ScorePlugin):
    """Says so where upstream's plugin would for a pod without claims."""

    name = "DynamicResources"
    is_local = True

    def pre_filter(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> PreFilterResult | Status | None:
        """Remember that the pod was looked at; it claims nothing."""
        state.write(_SEEN, True)
        return SKIP

    def post_filter(self, cycle: FailedCycle) -> PostFilterResult:
        """Report that no claim can be given back. A pod that an earlier plugin has refused before any node was looked at is not known
        here, which upstream takes for an error."""
        try:
            cycle.state.read(_SEEN)
        except KeyError:
            return PostFilterResult("not found", is_error=True)
        return PostFilterResult("no new claims to deallocate")

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Return 0: no devices are asked for."""
        return 0
