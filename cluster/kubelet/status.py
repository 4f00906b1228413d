"""A pod's status, from its spec and what the runtime has. Pure.

Upstream: ``pkg/kubelet/kubelet_pods.go``
(generateAPIPodStatus, getPhase, convertToAPIContainerStatuses) and ``pkg/kubelet/active_deadline.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from cluster.kubelet import conditions
from cluster.kubelet.actions import is_sidecar, may_run_again, restarts_after, should_restart
from cluster.kubelet.admission import Rejection
from cluster.kubelet.container_details import container_details
from cluster.kubelet.steering import is_held_unready
from cluster.machinery.cri import ContainerState, ContainerStatus, PodSandboxStatus, SandboxState
from cluster.machinery.meta import Obj, SimTime, after, parse_timestamp, timestamp

TERMINAL = ("Succeeded", "Failed")
CRASH_LOOP = "CrashLoopBackOff"
RESIZE_PENDING, RESIZE_IN_PROGRESS = "PodResizePending", "PodResizeInProgress"
DEADLINE_EXCEEDED = ("DeadlineExceeded", "Pod was active on the node longer than the specified deadline")

Waiting = tuple[str, str]
"""(reason, message) of a container that could not be started."""


class ProbeResults(Protocol):
    """What probes have found of running containers."""

    def is_started(self, container: Obj, container_id: str) -> bool:
        """Whether a running container counts as started."""
        ...

    def is_ready(self, container: Obj, container_id: str) -> bool:
        """Whether a running container counts as ready."""
        ...


class _NoProbes:
    """A container without probes has started and is ready as soon as it runs."""

    def is_started(self, container: Obj, container_id: str) -> bool:
        return True

    def is_ready(self, container: Obj, container_id: str) -> bool:
        return True


NO_PROBES: ProbeResults = _NoProbes()


class Resizes(Protocol):
    """What became of a resize."""

    @property
    def pending(self) -> Rejection | None:
        """Why the resources that are asked for are not promised."""
        ...

    @property
    def progress(self) -> Rejection | None:
        """How what was promised goes on; None: it was given."""
        ...

    def allocated(self, container_id: str) -> Obj | None:
        """Return the resources that a running container is promised; None: those that its spec asks for."""
        ...

    def actual(self, container_id: str) -> Obj | None:
        """Return the resources that a running container has; None: those that its spec asks for."""
        ...


class _NoResizes:
    """Every container has what it asks for."""

    pending: Rejection | None = None
    progress: Rejection | None = None

    def allocated(self, container_id: str) -> Obj | None:
        return None

    def actual(self, container_id: str) -> Obj | None:
        return None


NO_RESIZES: Resizes = _NoResizes()


class Runtime(NamedTuple):
    """What is known of one pod on its node: its sandbox and its containers, oldest first, and what probes say of them.

    ``last_words``: what a container that has ended leaves as its termination message.
    """

    sandbox: PodSandboxStatus | None
    containers: Sequence[ContainerStatus]
    probes: ProbeResults = NO_PROBES
    last_words: Callable[[ContainerStatus], str] = lambda _: ""
    resizes: Resizes = NO_RESIZES

    @property
    def has_sandbox(self) -> bool:
        """Whether containers can be started."""
        return self.sandbox is not None and self.sandbox.state is SandboxState.READY


def generate_pod_status(
    pod: Obj,
    runtime: Runtime,
    reasons: Mapping[str, Waiting],
    before: Obj,
    host_ip: str,
    now: SimTime,
    *,
    is_over: bool = False,
    ending: tuple[str, str] | None = None,
) -> Obj:
    """Return the fields of the status that a kubelet writes.

    ``reasons``: why a container could not be started, by name. ``before``: the status as it stands, for what stays.
    ``is_over``: the pod is being deleted and no container will be started any more. ``ending``: why its node ends it (reason, message).
    """
    spec, meta = pod["spec"], pod["metadata"]
    inits = [_container_status(pod, c, runtime, reasons, is_init=True) for c in spec.get("initContainers") or ()]
    containers = [_container_status(pod, c, runtime, reasons, is_init=False) for c in spec["containers"]]
    phase = before["phase"] if before.get("phase") in TERMINAL else pod_phase(spec, inits, containers, is_over=is_over)
    is_late = phase not in TERMINAL and (deadline := active_deadline(pod)) is not None and deadline <= now
    verdict = ending or (DEADLINE_EXCEEDED if is_late else None)
    if verdict is not None and phase not in TERMINAL:
        phase = "Failed"
    by_name = {status["name"]: status for status in (*inits, *containers)}
    status: Obj = {
        "observedGeneration": meta.get("generation", 1),
        "phase": phase,
        "conditions": _conditions(pod, runtime, by_name, phase, before, now),
        "hostIP": host_ip,
        "hostIPs": [{"ip": host_ip}],
        "startTime": before.get("startTime") or timestamp(now),
        "containerStatuses": containers,
    }
    if verdict is not None:
        status["reason"], status["message"] = verdict
    if ending is not None:
        disrupted = (True, "TerminationByKubelet", ending[1])
        known = {condition["type"]: condition for condition in before.get("conditions") or ()}
        status["conditions"].append(conditions.condition("DisruptionTarget", disrupted, meta.get("generation", 1), known, timestamp(now)))
    if inits:
        status["initContainerStatuses"] = inits
    if spec.get("ephemeralContainers"):
        shown = [_container_status(pod, c, runtime, reasons, is_init=False) for c in spec["ephemeralContainers"]]
        status["ephemeralContainerStatuses"] = [{**each, "ready": False} for each in shown]
    address = host_ip if spec.get("hostNetwork") else runtime.sandbox.ip if runtime.sandbox is not None and runtime.containers else ""
    if address:
        status["podIP"], status["podIPs"] = address, [{"ip": address}]
    return status


def rejected_status(pod: Obj, reason: str, message: str, now: SimTime) -> Obj:
    """Return the fields of the status of a pod that its node does not take."""
    generation = pod["metadata"].get("generation", 1)
    words = f"Pod was rejected: {message}"
    return {"observedGeneration": generation, "phase": "Failed", "reason": reason, "message": words, "startTime": timestamp(now)}


def active_deadline(pod: Obj) -> SimTime | None:
    """Return when a pod has been active for ``activeDeadlineSeconds``; None: it has no deadline, or no start yet."""
    seconds, start = pod["spec"].get("activeDeadlineSeconds"), (pod.get("status") or {}).get("startTime")
    return None if seconds is None or not start else after(parse_timestamp(start), seconds)


def pod_phase(spec: Obj, inits: Sequence[Obj], containers: Sequence[Obj], *, is_over: bool = False) -> str:
    """Return the phase for the statuses of a pod's init containers and containers, in the order of the spec."""
    pending = failed = is_lost = False
    for container, status in zip(spec.get("initContainers") or (), inits, strict=True):
        ended = status["state"].get("terminated") or status["lastState"].get("terminated")
        if is_sidecar(container):
            pending |= not status["started"] and ended is None
        elif ended is None or "running" in status["state"]:
            pending = True
        elif ended["exitCode"] != 0:
            failed = True
            is_lost = is_lost or not may_run_again(spec, container, ended["exitCode"])
    running = sum("running" in status["state"] for status in containers)
    ended = [(each, code) for each, status in zip(spec["containers"], containers, strict=True) if (code := _ended_code(status)) is not None]
    ended_codes = [code for _, code in ended]
    waiting = len(containers) - running - len(ended_codes)
    if is_lost:
        return "Failed"
    if is_over and not running and (ended_codes or not pending):
        return "Succeeded" if ended_codes and not waiting and not any(ended_codes) else "Failed"
    if pending or failed or waiting:
        return "Pending"
    if running or any(restarts_after(spec, container, code) for container, code in ended):
        return "Running"
    return "Failed" if any(ended_codes) else "Succeeded"


def _ended_code(status: Obj) -> int | None:
    if "running" in status["state"]:
        return None
    ended = status["state"].get("terminated") or status["lastState"].get("terminated")
    return None if ended is None else int(ended["exitCode"])


def _conditions(pod: Obj, runtime: Runtime, statuses: Mapping[str, Obj], phase: str, before: Obj, now: SimTime) -> list[Obj]:
    existing = before.get("conditions") or []
    by_type = {condition["type"]: condition for condition in existing}
    are_ready = conditions.containers_ready(pod, statuses, phase)
    verdicts: dict[str, conditions.Verdict] = {
        "PodReadyToStartContainers": (runtime.has_sandbox, "", ""),
        "Initialized": conditions.initialized(pod, statuses, phase),
        "Ready": conditions.ready(pod, are_ready, existing),
        "ContainersReady": are_ready,
    }
    for kind, found in ((RESIZE_PENDING, runtime.resizes.pending), (RESIZE_IN_PROGRESS, runtime.resizes.progress)):
        if found is not None:
            verdicts[kind] = (True, found.reason, found.message)
    if "PodScheduled" not in by_type:
        verdicts["PodScheduled"] = conditions.TRUE
    generation, moment = pod["metadata"].get("generation", 1), timestamp(now)
    return [conditions.condition(kind, verdict, generation, by_type, moment) for kind, verdict in verdicts.items()]


def _container_status(pod: Obj, container: Obj, runtime: Runtime, reasons: Mapping[str, Waiting], *, is_init: bool) -> Obj:
    name = container["name"]
    mine = [c for c in runtime.containers if c.name == name and c.state is not ContainerState.CREATED]
    newest = mine[-1] if mine else None
    status: Obj = {
        "name": name,
        "state": {},
        "lastState": {},
        "ready": False,
        "restartCount": newest.attempt if newest is not None else 0,
        "image": newest.image if newest is not None else container["image"],
        "imageID": newest.image_ref if newest is not None else "",
        "started": False,
    }
    is_running = newest is not None and newest.state is ContainerState.RUNNING
    if newest is not None and is_running:
        resizes = runtime.resizes
        status |= container_details(container, newest.user, resizes.allocated(newest.id), resizes.actual(newest.id))
    else:
        status |= container_details(container, None)
    if newest is not None:
        status["containerID"] = f"containerd://{newest.id}"
    status["state"] = _state(newest, runtime)
    if newest is None:
        reason, message = reasons.get(name) or ("PodInitializing" if pod["spec"].get("initContainers") else "ContainerCreating", "")
        status["state"] = _waiting(reason, message)
    elif newest.state is ContainerState.EXITED and name in reasons and should_restart(pod, container, newest):
        status["state"], status["lastState"] = _waiting(*reasons[name]), _state(newest, runtime)
    elif len(mine) > 1:
        status["lastState"] = _state(mine[-2], runtime)
    if newest is None or not is_running:
        status["ready"] = is_init and newest is not None and not is_sidecar(container) and newest.exit_code == 0
        return status
    status["started"] = runtime.probes.is_started(container, newest.id)
    if not is_init or is_sidecar(container):
        status["ready"] = runtime.probes.is_ready(container, newest.id) and not is_held_unready(pod)
    return status


def _waiting(reason: str, message: str) -> Obj:
    return {"waiting": {"reason": reason, "message": message} if message else {"reason": reason}}


def _state(container: ContainerStatus | None, runtime: Runtime) -> Obj:
    if container is None or container.state is ContainerState.CREATED:
        return {}
    if container.state is ContainerState.RUNNING:
        return {"running": {"startedAt": timestamp(container.started_at)}}
    ended = {
        "exitCode": container.exit_code,
        "reason": container.reason,
        "startedAt": timestamp(container.started_at),
        "finishedAt": timestamp(container.finished_at),
        "containerID": f"containerd://{container.id}",
    }
    if message := container.message or runtime.last_words(container):
        ended["message"] = message
    return {"terminated": ended}


def status_patch(uid: str, before: Obj, status: Obj) -> Obj | None:
    """Return the strategic merge patch that turns ``before`` into ``status``, or None when nothing differs.

    It holds whole fields and, of the conditions, those that differ; conditions of others stay. ``uid`` guards against
    a new pod of the same name.
    """
    changed: Obj = {key: value for key, value in status.items() if key != "conditions" and before.get(key) != value}
    old = {condition["type"]: condition for condition in before.get("conditions") or ()}
    differing = [_replacing(old.get(c["type"]), c) for c in status["conditions"] if not _is_same(old.get(c["type"]), c)]
    said = {condition["type"] for condition in status["conditions"]}
    differing += [{"type": kind, "$patch": "delete"} for kind in (RESIZE_PENDING, RESIZE_IN_PROGRESS) if kind in old and kind not in said]
    if differing:
        changed["conditions"] = differing
    if "podIPs" in changed:
        changed["podIPs"] = changed["podIPs"] + [{**ip, "$patch": "delete"} for ip in before.get("podIPs") or ()]
    return {"metadata": {"uid": uid}, "status": changed} if changed else None


def _is_same(old: Obj | None, new: Obj) -> bool:
    return old is not None and {**old, "lastProbeTime": None} == new


def _replacing(old: Obj | None, new: Obj) -> Obj:
    """Conditions are merged by type: a field that is to go has to be null."""
    return {key: None for key in old or () if key not in new} | new
