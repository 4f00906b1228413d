"""SchedulingGates: a pod with gates does not enter the queue.

Upstream: ``pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go``.
"""

from __future__ import annotations

from cluster.scheduler.interface import Change, ClusterEvent, PreEnqueuePlugin, Status, unresolvable
from cluster.scheduler.node_info import PodInfo


class SchedulingGates(PreEnqueuePlugin):
    """Waits until every gate has been taken away."""

    name = "SchedulingGates"

    def pre_enqueue(self, pod: PodInfo) -> Status | None:
        """Name the gates that are still there."""
        gates = pod.spec.get("schedulingGates") or ()
        if not gates:
            return None
        return unresolvable(f"waiting for scheduling gates: [{' '.join(gate['name'] for gate in gates)}]")

    def is_schedulable_after(self, pod: PodInfo, event: ClusterEvent) -> bool:
        """When the pod has lost its last gate."""
        return event.change is Change.POD_UPDATED and event.new is not None and not event.new["spec"].get("schedulingGates")
