"""NodePorts: two pods can not have the same port of a node.

Upstream: ``pkg/scheduler/framework/plugins/nodeports/node_ports.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cluster.scheduler.interface import (
    SKIP,
    Change,
    ClusterEvent,
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

    def is_schedulable_after(self, pod: PodInfo, event: ClusterEvent) -> bool:
        """When a pod that had one of the ports goes, or a node appears."""
        if event.change is Change.ASSIGNED_POD_DELETED and event.old is not None:
            return conflicts(pod.host_ports, host_ports(event.old))
        return event.change is Change.NODE_ADDED


def conflicts(wanted: Iterable[HostPort], taken: Sequence[HostPort]) -> bool:
    """Whether a port is in both: same protocol and number, and the same address or one that means all of them."""
    for address, protocol, port in wanted:
        for other_address, other_protocol, other_port in taken:
            if (protocol, port) == (other_protocol, other_port) and (address == other_address or _ANY_ADDRESS in (address, other_address)):
                return True
    return False
