"""How fast nodes may be tainted, by how many are in trouble. Pure.

One unready node is the node's fault; when most are, it is more likely the network, and ending all pods would make
it worse. All nodes count as one zone here; upstream keeps a rate for each zone.

Upstream: ``pkg/controller/nodelifecycle/node_lifecycle_controller.go`` (``ComputeZoneState``, ``handleDisruption``).
"""

from __future__ import annotations

from enum import Enum

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


def zone_state(ready: int, not_ready: int) -> ZoneState:
    """Return the state of a zone with so many nodes."""
    if ready == 0 and not_ready > 0:
        return ZoneState.FULL_DISRUPTION
    if not_ready > 2 and not_ready / (ready + not_ready) >= UNHEALTHY_ZONE_THRESHOLD:
        return ZoneState.PARTIAL_DISRUPTION
    return ZoneState.NORMAL


def eviction_rate(state: ZoneState, nodes: int) -> float:
    """Return how many nodes a second may be tainted; 0 in a disruption that no eviction would mend."""
    if state is ZoneState.NORMAL:
        return EVICTION_RATE
    if state is ZoneState.PARTIAL_DISRUPTION and nodes > LARGE_CLUSTER_SIZE:
        return SECONDARY_EVICTION_RATE
    return 0.0
