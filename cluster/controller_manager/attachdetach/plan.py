"""What is to be done about one volume: to which nodes it is attached, from which it is detached, which pods have to wait. Pure.

Upstream: ``pkg/controller/volume/attachdetach/reconciler/reconciler.go``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cluster.controller_manager.nodelifecycle.health import ready_status
from cluster.controller_manager.pods import is_terminal
from cluster.machinery.meta import Obj
from cluster.machinery.taints import OUT_OF_SERVICE
from cluster.machinery.volume_attachments import attachment_name

MAX_WAIT_FOR_UNMOUNT = 360.0
"""Seconds after which a volume is taken from a node that is not well, whether or not it is still mounted there."""
_SHARED = {"ReadWriteMany", "ReadOnlyMany"}

PodsByNode = Mapping[str, Sequence[Obj]]
"""Pods that need a volume, by their node."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Nodes to which a volume is to be attached, and nodes whose pods have to wait because another one has it."""

    attach: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def plan(volume: Obj, wanted: PodsByNode, attached: Sequence[str]) -> Plan:
    """Decide where a volume is to be attached. ``attached``: nodes that have it, or are getting or giving it back."""
    missing = sorted(node for node in wanted if node not in attached)
    if not is_exclusive(volume):
        return Plan(tuple(missing))
    if attached:
        return Plan((), tuple(missing))
    return Plan(tuple(missing[:1]), tuple(missing[1:]))


def is_exclusive(volume: Obj) -> bool:
    """Whether one node alone may have a volume; of one that does not say so its driver may judge."""
    modes = volume["spec"].get("accessModes") or ()
    return bool(modes) and _SHARED.isdisjoint(modes)


def may_detach(node: Obj | None, volume: str, waited: float) -> bool:
    """Whether a volume that no pod of a node needs may be taken from there. ``node``: None when it is gone; ``volume``: as the node's
    status names it; ``waited``: seconds since nobody needs it."""
    if node is not None and any(taint["key"] == OUT_OF_SERVICE for taint in node["spec"].get("taints") or ()):
        return True
    if node is not None and volume not in ((node.get("status") or {}).get("volumesInUse") or ()):
        return True
    return (node is None or ready_status(node) != "True") and waited >= MAX_WAIT_FOR_UNMOUNT


def is_over(pod: Obj) -> bool:
    """Whether a pod needs its volumes no longer: it has finished, or is going and none of its containers run."""
    if is_terminal(pod):
        return True
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    is_running = any("running" in (status.get("state") or {}) for status in statuses)
    return "deletionTimestamp" in pod["metadata"] and bool(statuses) and not is_running


def attachment_for(volume: Obj, node: str) -> Obj:
    """Return the wish that a volume be attached to a node."""
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "VolumeAttachment",
        "metadata": {"name": attachment_name(volume, node)},
        "spec": {
            "attacher": volume["spec"]["csi"]["driver"],
            "nodeName": node,
            "source": {"persistentVolumeName": volume["metadata"]["name"]},
        },
    }


def multi_attach_message(volume: Obj, namespace: str, others: Sequence[Obj]) -> str:
    """Return what a pod of a namespace is told whose volume another node has. ``others``: pods of other nodes that need it."""
    near = [pod["metadata"]["name"] for pod in others if pod["metadata"]["namespace"] == namespace]
    far = len(others) - len(near)
    if near:
        reason = f"Volume is already used by pod(s) {', '.join(near)}"
        reason += f" and {far} pod(s) in different namespaces" if far else ""
    elif far:
        reason = f"Volume is already used by {far} pod(s) in different namespaces"
    else:
        reason = "Volume is already exclusively attached to one node and can't be attached to another"
    return f'Multi-Attach error for volume "{volume["metadata"]["name"]}" {reason}'


def timed_out_message(volume: Obj) -> str:
    """Return what pods are told whose driver does not answer."""
    csi = volume["spec"]["csi"]
    return f"timed out waiting for external-attacher of {csi['driver']} CSI driver to attach volume {csi['volumeHandle']}"
