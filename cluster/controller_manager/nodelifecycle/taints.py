"""Which taints a node's state calls for. Pure.

NoSchedule taints mirror conditions and ``spec.unschedulable`` at once. NoExecute taints end pods, so they are set by the
monitor, one node at a time.

Upstream: ``pkg/controller/nodelifecycle/node_lifecycle_controller.go`` (``doNoScheduleTaintingPass``,
``processTaintBaseEviction``).
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.controller_manager.nodelifecycle.health import ready_status
from cluster.machinery.meta import Obj, SimTime, timestamp

NOT_READY = "node.kubernetes.io/not-ready"
UNREACHABLE = "node.kubernetes.io/unreachable"
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
NO_SCHEDULE = "NoSchedule"
NO_EXECUTE = "NoExecute"

_BY_CONDITION = {
    "Ready": {"False": NOT_READY, "Unknown": UNREACHABLE},
    "MemoryPressure": {"True": "node.kubernetes.io/memory-pressure"},
    "DiskPressure": {"True": "node.kubernetes.io/disk-pressure"},
    "NetworkUnavailable": {"True": "node.kubernetes.io/network-unavailable"},
    "PIDPressure": {"True": "node.kubernetes.io/pid-pressure"},
}
_MANAGED = frozenset({key for keys in _BY_CONDITION.values() for key in keys.values()} | {UNSCHEDULABLE})


def taints_of(node: Obj) -> list[Obj]:
    """Return a node's taints."""
    return list(node["spec"].get("taints") or ())


def no_schedule_taints(node: Obj, now: SimTime) -> list[Obj]:
    """Return all taints of a node with the NoSchedule ones as its state calls for; those of others stay."""
    wanted = [
        key
        for condition in node.get("status", {}).get("conditions") or ()
        if (key := _BY_CONDITION.get(condition["type"], {}).get(condition["status"]))
    ]
    if node["spec"].get("unschedulable"):
        wanted.append(UNSCHEDULABLE)
    return _replaced(taints_of(node), NO_SCHEDULE, _MANAGED, wanted, now)


def no_execute_taints(node: Obj, now: SimTime) -> list[Obj]:
    """Return all taints of a node with the NoExecute one that its Ready condition calls for."""
    wanted = _BY_CONDITION["Ready"].get(ready_status(node))
    return _replaced(taints_of(node), NO_EXECUTE, frozenset({NOT_READY, UNREACHABLE}), [wanted] if wanted else [], now)


def without_no_execute(node: Obj) -> list[Obj]:
    """Return all taints of a node but the NoExecute ones of this controller."""
    return [t for t in taints_of(node) if t["effect"] != NO_EXECUTE or t["key"] not in (NOT_READY, UNREACHABLE)]


def _replaced(taints: Sequence[Obj], effect: str, managed: frozenset[str], wanted: Sequence[str], now: SimTime) -> list[Obj]:
    kept = [t for t in taints if t["effect"] != effect or t["key"] not in managed or t["key"] in wanted]
    present = {t["key"] for t in kept if t["effect"] == effect}
    return [*kept, *({"key": key, "effect": effect, "timeAdded": timestamp(now)} for key in wanted if key not in present)]
