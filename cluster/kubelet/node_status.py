"""A Node's status as its kubelet reports it. Pure.

Upstream: ``pkg/kubelet/kubelet_node_status.go`` and ``pkg/kubelet/nodestatus/setters.go``.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from cluster.kubelet.machine import ARCHITECTURE, Machine
from cluster.machinery.cri import Image
from cluster.machinery.declared_features import DECLARED, declared_by
from cluster.machinery.meta import SECOND, Obj, SimTime, parse_timestamp, timestamp

MAX_IMAGES = 50
"""How many images a status names, the largest (nodeStatusMaxImages)."""
REPORT_SECONDS = 300
"""A status that has not changed is written again after so long (nodeStatusReportFrequency)."""

Row = tuple[str, str, str, str]
"""(type, status, reason, message) of a condition."""

_PRESSURES: dict[str, tuple[Row, Row]] = {
    "MemoryPressure": (
        ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        ("MemoryPressure", "True", "KubeletHasInsufficientMemory", "kubelet has insufficient memory available"),
    ),
    "DiskPressure": (
        ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        ("DiskPressure", "True", "KubeletHasDiskPressure", "kubelet has disk pressure"),
    ),
    "PIDPressure": (
        ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        ("PIDPressure", "True", "KubeletHasInsufficientPID", "kubelet has insufficient PID available"),
    ),
}
_PRESSURES_TOLD = {
    "MemoryPressure": ("NodeHasSufficientMemory", "NodeHasInsufficientMemory"),
    "DiskPressure": ("NodeHasNoDiskPressure", "NodeHasDiskPressure"),
    "PIDPressure": ("NodeHasSufficientPID", "NodeHasInsufficientPID"),
}
"""Reasons of the events that say that a condition does not hold, and that it does."""
_READY: Row = ("Ready", "True", "KubeletReady", "kubelet is posting ready status")
_SHUTTING_DOWN = "node is shutting down"


@dataclass(frozen=True, slots=True)
class NodeState:
    """What a kubelet finds of its node: the conditions of pressure that hold, whether it shuts down, the images that are there, what is
    wrong with the runtime, which attached volumes are in use."""

    pressures: frozenset[str] = frozenset()
    is_shutting_down: bool = False
    images: tuple[Image, ...] = ()
    runtime_errors: tuple[str, ...] = ()
    volumes_in_use: tuple[str, ...] = ()

    def conditions(self) -> list[Row]:
        """Return the node's conditions."""
        pressures = [rows[kind in self.pressures] for kind, rows in _PRESSURES.items()]
        errors = [*self.runtime_errors, *([_SHUTTING_DOWN] if self.is_shutting_down else ())]
        if not errors:
            return [*pressures, _READY]
        return [*pressures, ("Ready", "False", "KubeletNotReady", errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]")]

    def image_list(self) -> list[Obj]:
        """Return what the status says of the images, the largest first."""
        largest = sorted(self.images, key=lambda image: (-image.size, image.tag))[:MAX_IMAGES]
        return [{"names": [image.ref, image.tag], "sizeBytes": image.size} for image in largest]


WELL = NodeState()


def node_status(node: Obj, internal_ip: str, now: SimTime, state: NodeState = WELL) -> Obj:
    """Return the fields of a Node's status that its kubelet writes. A capacity that somebody has given stays."""
    before, name, moment = node.get("status") or {}, node["metadata"]["name"], timestamp(now)
    old = {condition["type"]: condition for condition in before.get("conditions") or ()}
    conditions = []
    for kind, status, reason, message in state.conditions():
        is_same = kind in old and old[kind]["status"] == status
        since = old[kind].get("lastTransitionTime", moment) if is_same else moment
        conditions.append(
            {
                "type": kind,
                "status": status,
                "lastHeartbeatTime": moment,
                "lastTransitionTime": since,
                "reason": reason,
                "message": message,
            }
        )
    addresses = [{"type": "InternalIP", "address": internal_ip}, {"type": "Hostname", "address": name}]
    capacity = before.get("capacity") or Machine(name).capacity
    written: Obj = {
        "capacity": capacity,
        "allocatable": before.get("allocatable") or capacity,
        "conditions": conditions,
        "addresses": addresses,
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "nodeInfo": node_info(name),
        "images": state.image_list(),
        "declaredFeatures": list(DECLARED),
    }
    if state.volumes_in_use or before.get("volumesInUse"):
        written["volumesInUse"] = list(state.volumes_in_use) or None
    return written


def node_info(name: str) -> Obj:
    """Return what a machine says of itself; its ids are made of its name."""
    machine_id = f"{zlib.crc32(name.encode()):08x}" * 4
    return {
        "machineID": machine_id,
        "systemUUID": f"{machine_id[:8]}-{machine_id[:4]}-4{machine_id[:3]}-8{machine_id[:3]}-{machine_id[:12]}",
        "bootID": f"{machine_id[4:12]}-{machine_id[:4]}-4{machine_id[1:4]}-8{machine_id[1:4]}-{machine_id[4:16]}",
        "kernelVersion": "6.1.0",
        "osImage": "Debian GNU/Linux 12 (bookworm)",
        "containerRuntimeVersion": "containerd://2.1.4",
        "kubeletVersion": "v1.36.2",
        "kubeProxyVersion": "",
        "operatingSystem": "linux",
        "architecture": ARCHITECTURE,
    }


def seconds_until_report(node: Obj, internal_ip: str, now: SimTime, state: NodeState = WELL) -> float:
    """Return when the status is to be written: 0 when it is not what the kubelet would say, else what is left of 300 s."""
    status = node.get("status") or {}
    found = {condition["type"]: condition for condition in status.get("conditions") or ()}
    for kind, wanted, _, message in state.conditions():
        if kind not in found or found[kind]["status"] != wanted:
            return 0.0
        if (kind, wanted) == ("Ready", "False") and found[kind].get("message") != message:
            return 0.0
    if not status.get("capacity") or not status.get("allocatable"):
        return 0.0
    if {"type": "InternalIP", "address": internal_ip} not in (status.get("addresses") or ()):
        return 0.0
    if (status.get("images") or []) != state.image_list():
        return 0.0
    if (status.get("volumesInUse") or []) != list(state.volumes_in_use):
        return 0.0
    if declared_by(node) != list(DECLARED):
        return 0.0
    heartbeat = found["Ready"].get("lastHeartbeatTime")
    if not heartbeat or (status.get("nodeInfo") or {}).get("machineID") != node_info(node["metadata"]["name"])["machineID"]:
        return 0.0
    return max(REPORT_SECONDS - (now - parse_timestamp(heartbeat)) / SECOND, 0.0)


def changes_told(before: Obj, after: Obj) -> list[str]:
    """Return the reasons of the events that say how the Node's conditions have changed; of a new Node, or of one that was given up,
    what all of them are now."""
    was, now = _statuses(before), _statuses(after)
    found = [reasons[now[kind] == "True"] for kind, reasons in _PRESSURES_TOLD.items() if kind in now and was.get(kind) != now[kind]]
    ready = (was.get("Ready", ""), now.get("Ready", ""))
    if ready[0] != ready[1] and ready != ("", "False"):
        found.append("NodeReady" if ready[1] == "True" else "NodeNotReady")
    return found


def _statuses(node: Obj) -> dict[str, str]:
    return {condition["type"]: condition["status"] for condition in (node.get("status") or {}).get("conditions") or ()}
