"""Cards: what the diagram shows of an object. A card is a pure function of the object.

The Pod's ``status`` is the STATUS column of ``kubectl get pods``, from the API server's own printer.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apiserver.printers.core.pod import pod_progress
from cluster.machinery import steering
from cluster.machinery.kinds import KINDS
from cluster.machinery.kinds.apps import DEPLOYMENTS, REPLICASETS
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.kinds.core import EVENTS, NODES, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj, controller_of
from cluster.machinery.quantity import milli_value, value

CARD_KINDS: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind.is_stored and kind not in (EVENTS, LEASES))
"""Events and Leases are thousands and nobody looks at them one by one: they have no card."""
REVISION_ANNOTATION = "deployment.kubernetes.io/revision"
ROLE_LABEL = "node-role.kubernetes.io/"
ZONE_LABEL = "topology.kubernetes.io/zone"


def card(kind: Kind, obj: Obj, *, is_stopped: bool = False) -> Obj:
    """Return the card of ``obj``, which stays unchanged. ``is_stopped``: the machine of a Node is switched off."""
    meta = obj["metadata"]
    common = {"kind": obj.get("kind") or kind.kind, "namespace": meta.get("namespace", ""), "name": meta["name"]}
    if kind is PODS:
        return {**common, **_pod(obj)}
    if kind is NODES:
        return {"kind": kind.kind, "name": meta["name"], **_node(obj, is_stopped)}
    if kind in (DEPLOYMENTS, REPLICASETS):
        return {**common, **_workload(obj)}
    return common


def _pod(pod: Obj) -> Obj:
    spec, status = pod["spec"], pod.get("status", {})
    statuses = {entry["name"]: entry for entry in status.get("containerStatuses") or ()}
    containers = [_container(container, statuses.get(container["name"], {})) for container in spec["containers"]]
    owner = controller_of(pod)
    return {
        "node": spec.get("nodeName", ""),
        "status": pod_progress(pod).status,
        "ready": sum(1 for container in containers if container["ready"]),
        "restarts": sum(container["restarts"] for container in containers),
        "owner": owner["uid"] if owner else "",
        "deleting": "deletionTimestamp" in pod["metadata"],
        "cpu": _requested(spec["containers"], "cpu", 1000),
        "memory": _requested(spec["containers"], "memory", 1),
        "containers": containers,
    }


def _container(container: Obj, status: Obj) -> Obj:
    return {
        "name": container["name"],
        "image": container.get("image", ""),
        "state": _state(status.get("state") or {}),
        "ready": bool(status.get("ready")),
        "restarts": status.get("restartCount", 0),
    }


def _state(state: Obj) -> str:
    """``Running``, or the reason why it is not; empty before the kubelet has said anything."""
    if "running" in state:
        return "Running"
    entry = state.get("terminated") or state.get("waiting") or {}
    return str(entry.get("reason", ""))


def _is_true(status: Obj, condition: str) -> bool:
    return any(c["type"] == condition and c["status"] == "True" for c in status.get("conditions") or ())


def _requested(containers: Sequence[Obj], resource: str, scale: int) -> int:
    """The sum of requests: millicores (``scale`` 1000) or bytes (1)."""
    return sum(_amount(((c.get("resources") or {}).get("requests") or {}).get(resource, "0"), scale) for c in containers)


def _amount(text: str, scale: int) -> int:
    return milli_value(str(text)) if scale == 1000 else value(str(text))


def _node(node: Obj, is_stopped: bool) -> Obj:
    spec, status, meta = node.get("spec", {}), node.get("status", {}), node["metadata"]
    allocatable = status.get("allocatable") or {}
    return {
        "roles": sorted(label.removeprefix(ROLE_LABEL) for label in meta.get("labels") or {} if label.startswith(ROLE_LABEL)),
        "zone": (meta.get("labels") or {}).get(ZONE_LABEL, ""),
        "ready": _is_true(status, "Ready"),
        "unschedulable": bool(spec.get("unschedulable")),
        "stopped": is_stopped or steering.is_stopped(meta.get("annotations")),
        "cpu": _amount(allocatable.get("cpu", "0"), 1000),
        "memory": _amount(allocatable.get("memory", "0"), 1),
        "pods": _amount(allocatable.get("pods", "0"), 1),
        "taints": [_taint(taint) for taint in spec.get("taints") or ()],
    }


def _taint(taint: Obj) -> str:
    key = f"{taint['key']}={taint['value']}" if taint.get("value") else taint["key"]
    return f"{key}:{taint['effect']}"


def _workload(obj: Obj) -> Obj:
    meta, spec, status = obj["metadata"], obj["spec"], obj.get("status", {})
    owner = controller_of(obj)
    return {
        "uid": meta.get("uid", ""),
        "owner": owner["uid"] if owner else "",
        "replicas": spec.get("replicas", 1),
        "ready": status.get("readyReplicas", 0),
        "updated": status.get("updatedReplicas", 0),
        "available": status.get("availableReplicas", 0),
        "paused": bool(spec.get("paused")),
        "revision": (meta.get("annotations") or {}).get(REVISION_ANNOTATION, ""),
    }
