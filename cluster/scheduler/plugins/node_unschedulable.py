"""NodeUnschedulable: cordoned nodes take no new pods.

Upstream: ``pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go``.
"""

from __future__ import annotations

from cluster.machinery.meta import Obj
from cluster.machinery.taints import NO_SCHEDULE, UNSCHEDULABLE, is_tolerated
from cluster.scheduler.interface import Change, ClusterEvent, CycleState, FilterPlugin, Status, unresolvable
from cluster.scheduler.node_info import NodeInfo, PodInfo

_UNSCHEDULABLE = unresolvable("node(s) were unschedulable")
_TAINT: Obj = {"key": UNSCHEDULABLE, "effect": NO_SCHEDULE}


class NodeUnschedulable(FilterPlugin):
    """Looks at ``spec.unschedulable`` of the node and at the pod's tolerations."""

    name = "NodeUnschedulable"
    is_local = True

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Turn away a cordoned node, unless the pod tolerates its taint."""
        if not node.is_unschedulable or is_tolerated(_TAINT, pod.tolerations):
            return None
        return _UNSCHEDULABLE

    def is_schedulable_after(self, pod: PodInfo, event: ClusterEvent) -> bool:
        """When a node is uncordoned or a usable one appears, or the pod has come to tolerate the taint."""
        if event.new is None:
            return False
        if event.change is Change.POD_UPDATED:
            return is_tolerated(_TAINT, event.new["spec"].get("tolerations") or ())
        if event.change not in (Change.NODE_ADDED, Change.NODE_UPDATED):
            return False
        return (event.old is None or _is_cordoned(event.old)) and not _is_cordoned(event.new)


def _is_cordoned(node: Obj) -> bool:
    return bool((node.get("spec") or {}).get("unschedulable"))
