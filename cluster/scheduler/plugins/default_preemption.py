"""DefaultPreemption: could other pods make room?

All pods have the same priority as long as there are no PriorityClasses, so that there are never victims; what is left is the
explanation. Upstream: ``pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go``, ``pkg/scheduler/framework/preemption``.
"""

from __future__ import annotations

from cluster.scheduler.cache import PodInfo
from cluster.scheduler.fit_error import fit_error
from cluster.scheduler.interface import Code, PostFilterPlugin, Status

_NOT_HELPFUL = Status(Code.UNRESOLVABLE, ("Preemption is not helpful for scheduling",))
_NO_VICTIMS = Status(Code.UNSCHEDULABLE, ("No preemption victims found for incoming pod",))


class DefaultPreemption(PostFilterPlugin):
    """Explains for every node why making room there is of no use."""

    name = "DefaultPreemption"

    def post_filter(self, pod: PodInfo, statuses: dict[str, Status]) -> str:
        """Tell nodes that nothing could make suitable from those that have no pods of lower priority."""
        if pod.spec.get("preemptionPolicy") == "Never":
            return "preemption: not eligible due to preemptionPolicy=Never."
        explained = [_NO_VICTIMS if status.code is Code.UNSCHEDULABLE else _NOT_HELPFUL for status in statuses.values()]
        return f"preemption: {fit_error(len(statuses), explained)}"
