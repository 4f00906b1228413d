"""NodePorts: two pods can not have the same port of a node.

Upstream: ``pkg/scheduler/framework/plugins/nodeports/node_ports.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cluster.machinery.meta import Obj
from cluster.scheduler.cluster_event import Action, Interest, Resource, takes_room
from cluster.scheduler.interface import (
    SKIP,
    CycleState,
    FilterPlugin,
    PreFilterPlugin,
    PreFilterResult,
    Status,
    unschedulable,
)
from cluster.scheduler.node_info import HostPort, NodeInfo, PodInfo, host_ports

_TAKEN = unschedulable("node(s) didn't have free ports for the requested pod ports")
_ANY_ADDRESS = "0.0.0.0"


class NodePorts(PreFilterPlugin, FilterPlugin):
    """Compares the ``hostPort`` of every container with those of the pods on the node."""

    name = "NodePorts"
    is_local = True

    def pre_filter(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> PreFilterResult | Status | None:
        """Skip pods that want no port of the node."""
        return None if pod.host_ports else SKIP

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Turn away a node where one of the ports is taken."""
        is_taken = any(conflicts(pod.host_ports, other.host_ports) for other in node.pods.values() if other.host_ports)
        return _TAKEN if is_taken else None

    def events_to_register(self) -> tuple[Interest, ...]:
        """Pods that go, and nodes that come."""
        return (Interest(Resource.POD, Action.DELETE, self.is_schedulable_after_pod_deleted), Interest(Resource.NODE, Action.ADD))

    def is_schedulable_after_pod_deleted(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When it had one of the ports."""
        return old is not None and takes_room(old) and conflicts(pod.host_ports, host_ports(old))


def conflicts(wanted: Iterable[HostPort], taken: Sequence[HostPort]) -> bool:
    """Whether a port is in both: same protocol and number, and the same address or one that means all of them."""
    for address, protocol, port in wanted:
        for other_address, other_protocol, other_port in taken:
            if (protocol, port) == (other_protocol, other_port) and (address == other_address or _ANY_ADDRESS in (address, other_address)):
                return True
    return False
