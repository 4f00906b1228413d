"""Columns of pods: how far along a pod is, in one word.

Upstream: ``pkg/printers/internalversion/printers.go`` (``printPod``).
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.apiserver.printers.columns import AGE, NAME, NONE, Cell, Column, Printer, age, since
from cluster.machinery.meta import Obj, SimTime

_ENDED = {
    "Succeeded": {"type": "Completed", "status": "True", "reason": "Succeeded", "message": "The pod has completed successfully."},
    "Failed": {"type": "Completed", "status": "True", "reason": "Failed", "message": "The pod failed."},
}


@dataclass(slots=True)
class Progress:
    """What the containers say together. ``last_restart``: when the newest replaced container ended ('' for never)."""

    status: str
    ready: int = 0
    total: int = 0
    restarts: int = 0
    last_restart: str = ""


def _condition(pod: Obj, kind: str) -> Obj:
    for condition in pod.get("status", {}).get("conditions") or ():
        if condition.get("type") == kind:
            return dict(condition)
    return {}


def _count_restarts(progress: Progress, status: Obj) -> None:
    progress.restarts += status.get("restartCount", 0)
    ended = ((status.get("lastState") or {}).get("terminated") or {}).get("finishedAt") or ""
    progress.last_restart = max(progress.last_restart, ended)


def _exit_word(terminated: Obj) -> str:
    if terminated.get("reason"):
        return str(terminated["reason"])
    if terminated.get("signal"):
        return f"Signal:{terminated['signal']}"
    return f"ExitCode:{terminated.get('exitCode', 0)}"


def _initialize(pod: Obj, progress: Progress, restarted: Progress) -> bool:
    """Read the init containers into ``progress`` (sidecars also into ``restarted``); return whether one still holds the pod up."""
    containers = pod["spec"].get("initContainers") or ()
    specs = {container.get("name"): container for container in containers}
    for index, status in enumerate(pod.get("status", {}).get("initContainerStatuses") or ()):
        is_sidecar = specs.get(status.get("name"), {}).get("restartPolicy") == "Always"
        _count_restarts(progress, status)
        if is_sidecar:
            _count_restarts(restarted, status)
        state = status.get("state") or {}
        terminated, waiting = state.get("terminated"), state.get("waiting")
        if terminated is not None and not terminated.get("exitCode"):
            continue
        if is_sidecar and status.get("started"):
            progress.ready += bool(status.get("ready"))
            continue
        if terminated is not None:
            progress.status = f"Init:{_exit_word(terminated)}"
        elif waiting and waiting.get("reason") and waiting["reason"] != "PodInitializing":
            progress.status = f"Init:{waiting['reason']}"
        else:
            progress.status = f"Init:{index}/{len(containers)}"
        return True
    return False


def _run(pod: Obj, progress: Progress) -> None:
    """Read the regular containers; the first one with something to say has the last word."""
    is_running = False
    for status in reversed(pod.get("status", {}).get("containerStatuses") or ()):
        _count_restarts(progress, status)
        state = status.get("state") or {}
        waiting, terminated = state.get("waiting"), state.get("terminated")
        if waiting and waiting.get("reason"):
            progress.status = waiting["reason"]
        elif terminated is not None:
            progress.status = _exit_word(terminated)
        elif status.get("ready") and state.get("running") is not None:
            is_running = True
            progress.ready += 1
    if progress.status == "Completed" and is_running:
        progress.status = "Running" if _condition(pod, "Ready").get("status") == "True" else "NotReady"


def pod_progress(pod: Obj) -> Progress:
    """Return what kubectl's READY, STATUS and RESTARTS columns say of a pod."""
    spec, status = pod["spec"], pod.get("status", {})
    progress = Progress(status.get("reason") or status.get("phase", ""))
    if _condition(pod, "PodScheduled").get("reason") == "SchedulingGated":
        progress.status = "SchedulingGated"
    progress.total = len(spec.get("containers") or ())
    progress.total += sum(container.get("restartPolicy") == "Always" for container in spec.get("initContainers") or ())
    restarted = Progress("")
    is_initializing = _initialize(pod, progress, restarted)
    if not is_initializing or _condition(pod, "Initialized").get("status") == "True":
        progress.restarts, progress.last_restart = restarted.restarts, restarted.last_restart
        _run(pod, progress)
    if pod["metadata"].get("deletionTimestamp"):
        if status.get("reason") == "NodeLost":
            progress.status = "Unknown"
        elif status.get("phase") not in _ENDED:
            progress.status = "Terminating"
    return progress


def _readiness_gates(pod: Obj) -> str:
    gates = pod["spec"].get("readinessGates") or ()
    if not gates:
        return NONE
    passed = sum(_condition(pod, gate.get("conditionType", "")).get("status") == "True" for gate in gates)
    return f"{passed}/{len(gates)}"


def cells(pod: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a pod."""
    progress, status = pod_progress(pod), pod.get("status", {})
    restarts = str(progress.restarts)
    if progress.restarts and progress.last_restart:
        restarts = f"{progress.restarts} ({since(progress.last_restart, now)} ago)"
    addresses = status.get("podIPs") or ()
    return [
        pod["metadata"].get("name", ""),
        f"{progress.ready}/{progress.total}",
        progress.status,
        restarts,
        age(pod, now),
        addresses[0].get("ip") or NONE if addresses else NONE,
        pod["spec"].get("nodeName") or NONE,
        status.get("nominatedNodeName") or NONE,
        _readiness_gates(pod),
    ]


def conditions(pod: Obj) -> list[Obj]:
    """Mark the row of a pod that has ended."""
    ended = _ENDED.get(pod.get("status", {}).get("phase", ""))
    return [dict(ended)] if ended else []


PRINTER = Printer(
    (
        NAME,
        Column("Ready", "The aggregate readiness state of this pod for accepting traffic."),
        Column("Status", "The aggregate status of the containers in this pod."),
        Column("Restarts", "How often the containers in this pod were restarted, and when the last one was."),
        AGE,
        Column("IP", "The pod's address, routable within the cluster.", priority=1),
        Column("Node", "The node the pod is on.", priority=1),
        Column("Nominated Node", "The node that preemption makes room on for the pod.", priority=1),
        Column("Readiness Gates", "How many of the pod's own readiness conditions hold.", priority=1),
    ),
    cells,
    conditions,
)
