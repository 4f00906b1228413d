"""NodeName: a pod that names its node runs there or nowhere.

Upstream: ``pkg/scheduler/framework/plugins/nodename/node_name.go``.
"""

from __future__ import annotations

from cluster.scheduler.cluster_event import Action, Interest, Resource
from cluster.scheduler.interface import CycleState, FilterPlugin, Status, unresolvable
from cluster.scheduler.node_info import NodeInfo, PodInfo

_OTHER_NODE = unresolvable("node(s) didn't match the requested node name")


class NodeName(FilterPlugin):
    """Compares ``spec.nodeName``."""

    name = "NodeName"
    is_local = True

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Turn away every node but the one that the pod names."""
        wanted = pod.spec.get("nodeName")
        return None if not wanted or wanted == node.name else _OTHER_NODE

    def events_to_register(self) -> tuple[Interest, ...]:
        """Nodes that come."""
        return (Interest(Resource.NODE, Action.ADD),)
