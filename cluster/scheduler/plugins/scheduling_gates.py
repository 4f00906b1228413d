"""SchedulingGates: a pod with gates does not enter the queue.

Upstream: ``pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go``.
"""

from __future__ import annotations

from cluster.machinery.meta import Obj
from cluster.scheduler.cluster_event import Action, Interest, Resource
from cluster.scheduler.interface import PreEnqueuePlugin, Status, unresolvable
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

    def events_to_register(self) -> tuple[Interest, ...]:
        """Pods that lose their last gate."""
        gone = Action.UPDATE_POD_SCHEDULING_GATES_ELIMINATED
        return (Interest(Resource.POD, gone, self.is_schedulable_after_gates_eliminated),)

    def is_schedulable_after_gates_eliminated(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When it is the pod itself."""
        return new is not None and new["metadata"].get("uid") == pod.pod["metadata"].get("uid")
