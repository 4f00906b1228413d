"""How fast nodes may be tainted, by how many are in trouble. Pure.

One unready node is the node's fault; when most of a zone are, it is more likely the network, and ending all pods would make
it worse. Each zone has a rate of its own; when no zone has a ready node left, it is the control plane that sees nothing, and nobody is
tainted.

Upstream: ``pkg/controller/nodelifecycle/node_lifecycle_controller.go`` (``ComputeZoneState``, ``handleDisruption``).
"""

from __future__ import annotations

from enum import Enum

from cluster.machinery.meta import Obj

EVICTION_RATE = 0.1
"""Nodes per second."""
SECONDARY_EVICTION_RATE = 0.01
"""Nodes per second in a large cluster with a partial disruption."""
UNHEALTHY_ZONE_THRESHOLD = 0.55
LARGE_CLUSTER_SIZE = 50
"""Nodes: smaller clusters stop tainting in a partial disruption."""


class ZoneState(Enum):
    """The state of a zone."""

    NORMAL = "Normal"
    PARTIAL_DISRUPTION = "PartialDisruption"
    FULL_DISRUPTION = "FullDisruption"


REGION, ZONE = "topology.kubernetes.io/region", "topology.kubernetes.io/zone"


def zone_of(node: Obj) -> tuple[str, str]:
    """Return the region and zone in which a node is, empty where its labels do not say."""
    labels = node["metadata"].get("labels") or {}
    return labels.get(REGION, ""), labels.get(ZONE, "")


def zone_state(ready: int, not_ready: int) -> ZoneState:
    """Return the state of a zone with so many nodes."""
    if ready == 0 and not_ready > 0:
        return ZoneState.FULL_DISRUPTION
    if not_ready > 2 and not_ready / (ready + not_ready) >= UNHEALTHY_ZONE_THRESHOLD:
        return ZoneState.PARTIAL_DISRUPTION
    return ZoneState.NORMAL


def eviction_rate(state: ZoneState, nodes: int) -> float:
    """Return how many nodes a second may be tainted in a zone while another one has ready nodes; 0 where that would mend nothing."""
    if state is ZoneState.PARTIAL_DISRUPTION:
        return SECONDARY_EVICTION_RATE if nodes > LARGE_CLUSTER_SIZE else 0.0
    return EVICTION_RATE
