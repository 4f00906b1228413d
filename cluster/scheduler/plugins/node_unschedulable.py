"""NodeUnschedulable: cordoned nodes take no new pods.

Upstream: ``pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go``.
"""

from __future__ import annotations

from cluster.machinery.meta import Obj
from cluster.machinery.taints import NO_SCHEDULE, UNSCHEDULABLE, is_tolerated
from cluster.scheduler.cluster_event import Action, Interest, Resource
from cluster.scheduler.interface import CycleState, FilterPlugin, Status, unresolvable
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

    def events_to_register(self) -> tuple[Interest, ...]:
        """Nodes that come or are uncordoned, and tolerations."""
        return (
            Interest(Resource.NODE, Action.ADD | Action.UPDATE_NODE_TAINT, self.is_schedulable_after_node_change),
            Interest(Resource.POD, Action.UPDATE_POD_TOLERATION, self.is_schedulable_after_pod_toleration_change),
        )

    def is_schedulable_after_node_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When a node is uncordoned or a usable one appears."""
        return new is not None and (old is None or _is_cordoned(old)) and not _is_cordoned(new)

    def is_schedulable_after_pod_toleration_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When it is the pod itself, and it has come to tolerate the taint."""
        if new is None or new["metadata"].get("uid") != pod.pod["metadata"].get("uid"):
            return False
        return is_tolerated(_TAINT, new["spec"].get("tolerations") or ())


def _is_cordoned(node: Obj) -> bool:
    return bool((node.get("spec") or {}).get("unschedulable"))
