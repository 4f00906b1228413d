"""Whether a node still gives signs of life. Pure.

A sign is a new heartbeat in the Ready condition or a newer renewal of the node's Lease, and what counts is when the
controller saw it, by its own clock: the nodes' clocks may be wrong.

Upstream: ``pkg/controller/nodelifecycle/node_lifecycle_controller.go`` (``tryUpdateNodeHealth``).
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.machinery.meta import SECOND, Obj, SimTime, parse_timestamp, timestamp

MONITOR_GRACE_PERIOD = 50
"""Seconds without a sign of life after which a node's state is unknown (Kubernetes 1.32 raised it from 40)."""
STARTUP_GRACE_PERIOD = 60
"""Seconds that a node may take from its creation to its first word."""
MISSED_HEARTBEAT = 15
"""Seconds: a Lease is renewed every 10, so a node that was silent for longer is worth watching."""

READY = "Ready"
_CONDITIONS = (READY, "MemoryPressure", "DiskPressure", "PIDPressure")


@dataclass(frozen=True, slots=True)
class NodeHealth:
    """What the controller remembers of a node. ``probed``: when it last saw a sign of life."""

    probed: SimTime
    heartbeat: str
    renewed: str


def observe(health: NodeHealth | None, node: Obj, lease: Obj | None, now: SimTime) -> NodeHealth:
    """Return the health after looking at a node and its Lease. A node seen for the first time has just given a sign,
    one that never posted its state gave its last when it was made."""
    condition = ready_condition(node)
    heartbeat = str(condition.get("lastHeartbeatTime") or "") if condition else ""
    renewed = str(lease["spec"].get("renewTime") or "") if lease else ""
    if health is None:
        created = node["metadata"].get("creationTimestamp")
        probed = now if condition is not None or not created else parse_timestamp(created)
        return NodeHealth(probed, heartbeat, renewed)
    if heartbeat != health.heartbeat or renewed > health.renewed:
        return NodeHealth(now, heartbeat, renewed)
    return health


def seconds_left(health: NodeHealth, node: Obj, now: SimTime) -> float:
    """Return how long a node may stay silent until its state is unknown; negative when it has been too long."""
    grace = MONITOR_GRACE_PERIOD if ready_condition(node) is not None else STARTUP_GRACE_PERIOD
    return (health.probed + grace * SECOND - now) / SECOND


def is_silent(health: NodeHealth, now: SimTime) -> bool:
    """Whether a node has missed a heartbeat."""
    return now - health.probed > MISSED_HEARTBEAT * SECOND


def unknown_conditions(node: Obj, now: SimTime) -> list[Obj]:
    """Return a node's conditions with everything that its kubelet vouches for as Unknown."""
    known = {condition["type"]: condition for condition in node.get("status", {}).get("conditions") or ()}
    moment = timestamp(now)
    for type in _CONDITIONS:
        old = known.get(type)
        if old is None:
            reason, message = "NodeStatusNeverUpdated", "Kubelet never posted node status."
            heartbeat = node["metadata"].get("creationTimestamp")
        elif old["status"] != "Unknown":
            reason, message = "NodeStatusUnknown", "Kubelet stopped posting node status."
            heartbeat = old.get("lastHeartbeatTime")
        else:
            continue
        condition = {"type": type, "status": "Unknown", "lastHeartbeatTime": heartbeat, "lastTransitionTime": moment}
        known[type] = condition | {"reason": reason, "message": message}
    return list(known.values())


def ready_condition(node: Obj) -> Obj | None:
    """Return a node's Ready condition. It is the node's own: never change it."""
    conditions: list[Obj] = node.get("status", {}).get("conditions") or []
    for condition in conditions:
        if condition["type"] == READY:
            return condition
    return None


def ready_status(node: Obj) -> str:
    """Return True, False or Unknown; Unknown for a node that never said."""
    condition = ready_condition(node)
    return condition["status"] if condition else "Unknown"
