"""Columns of nodes. Upstream: ``pkg/printers/internalversion/printers.go`` (``printNode``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, NONE, UNKNOWN, Cell, Column, Printer, age, joined
from cluster.machinery.meta import Obj, SimTime

_ROLE_PREFIX, _ROLE_LABEL = "node-role.kubernetes.io/", "kubernetes.io/role"


def node_roles(node: Obj) -> list[str]:
    """Return the roles that a node's labels give it, sorted."""
    labels = node["metadata"].get("labels") or {}
    roles = {key.removeprefix(_ROLE_PREFIX) for key in labels if key.startswith(_ROLE_PREFIX)}
    return sorted(role for role in roles | {labels.get(_ROLE_LABEL, "")} if role)


def _status(node: Obj) -> str:
    words = ["Unknown"]
    for condition in node.get("status", {}).get("conditions") or ():
        if condition.get("type") == "Ready":
            words = ["Ready" if condition.get("status") == "True" else "NotReady"]
    if node["spec"].get("unschedulable"):
        words.append("SchedulingDisabled")
    return joined(words)


def _address(node: Obj, kind: str) -> str:
    for address in node.get("status", {}).get("addresses") or ():
        if address.get("type") == kind:
            return str(address.get("address", ""))
    return NONE


def cells(node: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a node."""
    info = node.get("status", {}).get("nodeInfo") or {}
    kernel = info.get("kernelVersion") or UNKNOWN
    if info.get("architecture"):
        kernel = f"{kernel} ({info['architecture']})"
    return [
        node["metadata"].get("name", ""),
        _status(node),
        joined(node_roles(node)) or NONE,
        age(node, now),
        info.get("kubeletVersion", ""),
        _address(node, "InternalIP"),
        _address(node, "ExternalIP"),
        info.get("osImage") or UNKNOWN,
        kernel,
        info.get("containerRuntimeVersion") or UNKNOWN,
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Status", "The status of the node"),
        Column("Roles", "The roles of the node"),
        AGE,
        Column("Version", "Kubelet version the node reports."),
        Column("Internal-IP", "The node's address inside the cluster.", priority=1),
        Column("External-IP", "The node's address outside the cluster.", priority=1),
        Column("OS-Image", "Operating system the node reports.", priority=1),
        Column("Kernel-Version", "Kernel version the node reports.", priority=1),
        Column("Container-Runtime", "Container runtime and version the node reports.", priority=1),
    ),
    cells,
)
