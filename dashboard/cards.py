"""Cards: what the diagram shows of an object. A card is a pure function of the object.

The Pod's ``status`` is the STATUS column of ``kubectl get pods``. Upstream: ``pkg/printers/internalversion/printers.go``
(``printPod``).
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.kubelet.kubelets import STOPPED
from cluster.machinery.kinds import DEPLOYMENTS, EVENTS, KINDS, LEASES, NODES, PODS, REPLICASETS, Kind
from cluster.machinery.meta import Obj, controller_of
from cluster.machinery.quantity import milli_value, value

CARD_KINDS: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind not in (EVENTS, LEASES))
"""Events and Leases are thousands and nobody looks at them one by one: they have no card."""
REVISION_ANNOTATION = "deployment.kubernetes.io/revision"
ROLE_LABEL = "node-role.kubernetes.io/"
_TERMINAL_PHASES = ("Failed", "Succeeded")


def card(kind: Kind, obj: Obj, *, is_stopped: bool = False) -> Obj:
    """Return the card of ``obj``, which stays unchanged. ``is_stopped``: the machine of a Node is switched off."""
    meta = obj["metadata"]
    common = {"kind": kind.kind, "namespace": meta.get("namespace", ""), "name": meta["name"]}
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
        "uid": pod["metadata"].get("uid", ""),
        "node": spec.get("nodeName", ""),
        "status": pod_status(pod),
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


def pod_status(pod: Obj) -> str:
    """Return the STATUS column of ``kubectl get pods``."""
    status = pod.get("status", {})
    reason = status.get("reason") or status.get("phase", "")
    if any(c["type"] == "PodScheduled" and c.get("reason") == "SchedulingGated" for c in status.get("conditions") or ()):
        reason = "SchedulingGated"
    initializing = _initializing(pod)
    if initializing:
        reason = initializing
    if not initializing or _is_true(status, "Initialized"):
        reason = _containers_reason(status, reason)
    if "deletionTimestamp" in pod["metadata"]:
        if status.get("reason") == "NodeLost":
            return "Unknown"
        if status.get("phase") not in _TERMINAL_PHASES:
            return "Terminating"
    return str(reason)


def _initializing(pod: Obj) -> str:
    """``Init:...`` for the first init container that has not done its part, empty when all have."""
    specs = {container["name"]: container for container in pod["spec"].get("initContainers") or ()}
    for index, entry in enumerate(pod.get("status", {}).get("initContainerStatuses") or ()):
        state = entry.get("state") or {}
        terminated, waiting = state.get("terminated"), state.get("waiting") or {}
        if terminated is not None and terminated.get("exitCode", 0) == 0:
            continue
        if specs.get(entry["name"], {}).get("restartPolicy") == "Always" and entry.get("started"):
            continue
        if terminated is not None:
            return f"Init:{_ended(terminated)}"
        if waiting.get("reason") not in (None, "", "PodInitializing"):
            return f"Init:{waiting['reason']}"
        return f"Init:{index}/{len(specs)}"
    return ""


def _containers_reason(status: Obj, reason: str) -> str:
    """The reason of the first container that has one; a pod of which some containers run goes on running."""
    has_running = False
    for entry in reversed(status.get("containerStatuses") or ()):
        state = entry.get("state") or {}
        if (state.get("waiting") or {}).get("reason"):
            reason = state["waiting"]["reason"]
        elif "terminated" in state:
            reason = _ended(state["terminated"])
        elif entry.get("ready") and "running" in state:
            has_running = True
    if reason == "Completed" and has_running:
        return "Running" if _is_true(status, "Ready") else "NotReady"
    return reason


def _ended(terminated: Obj) -> str:
    if terminated.get("reason"):
        return str(terminated["reason"])
    if terminated.get("signal"):
        return f"Signal:{terminated['signal']}"
    return f"ExitCode:{terminated.get('exitCode', 0)}"


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
        "ready": _is_true(status, "Ready"),
        "unschedulable": bool(spec.get("unschedulable")),
        "stopped": is_stopped or (meta.get("annotations") or {}).get(STOPPED) == "true",
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
