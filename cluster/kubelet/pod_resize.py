"""A resize in place: other resources for containers that run, promised first, then said, then given.

A resize that does not fit is Deferred and tried again every three minutes; one that never can is Infeasible. One that fits is in
progress (condition PodResizeInProgress) until the runtime has carried it out. A limit of memory is not taken below what is used: the
resize stays in progress with an Error and is tried again. A container whose ``resizePolicy`` asks for it is restarted instead.

The real kubelet keeps on disk what it has allocated and actuated. Here the runtime is asked what a container was given, so that a
restarted kubelet notices what has changed meanwhile; it tells of a resize that it had begun once more.

Upstream: ``pkg/kubelet/allocation/allocation_manager.go``, ``pkg/kubelet/kuberuntime/kuberuntime_manager.go`` (computePodResizeAction,
doPodResizeAction, validateMemoryResizeAction), ``pkg/kubelet/events/event.go``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import orjson

from cluster.kubelet.actions import KillContainer
from cluster.kubelet.admission import Rejection
from cluster.kubelet.cri_config import resources_of
from cluster.kubelet.pod_state import PodState
from cluster.kubelet.status import Runtime
from cluster.machinery.cri import ContainerState, ContainerStatus, Resources
from cluster.machinery.meta import Key, Obj
from cluster.machinery.pod_resources import CPU, MEMORY

RETRY_SECONDS, ERROR_RETRY_SECONDS = 180.0, 10.0
STARTED = Rejection("", "")
"""A resize that goes on, and nothing is wrong with it."""
ERROR, RESTART = "Error", "RestartContainer"


class PodResize:
    """Of one pod. ``pending``: why what is asked for is not promised; ``progress``: how what was promised goes on."""

    def __init__(self, state: PodState) -> None:
        self._state = state
        self._given: dict[str, Obj] = {}
        self._changed: set[str] = set()
        self._promised = 0
        self.pending: Rejection | None = None
        self.progress: Rejection | None = None

    def allocated(self, container_id: str) -> Obj | None:
        """Return the resources that a running container is promised, when they are not those that its spec asks for."""
        return self._given.get(container_id) if self.pending is not None else None

    def actual(self, container_id: str) -> Obj | None:
        """Return the resources that a running container has; None: those that its spec asks for."""
        return self._given.get(container_id)

    def allocate(self, pod: Obj, runtime: Runtime) -> None:
        """Find out what has changed, and promise it if the node can give it."""
        given, self._given, self._changed = self._given, {}, set()
        for status, container in running(pod, runtime.containers):
            wanted = container.get("resources") or {}
            if given.get(status.id) != wanted and resources_of(container) != status.resources:
                self._changed.add(status.id)
                self._given[status.id] = given.get(status.id, resources_obj(status.resources))
            else:
                self._given[status.id] = wanted
        if not self._changed:
            self._end(pod)
        elif self.progress is None or self._promised != generation_of(pod):
            self._promise(pod)

    def actuate(self, pod: Obj, runtime: Runtime, stated: Mapping[str, str]) -> None:
        """Carry out what was promised. ``stated``: what the pod says of its use."""
        if self.progress is None or not self._changed:
            return
        node, uid = self._state.node, self._state.uid
        changed = [(status, container) for status, container in running(pod, runtime.containers) if status.id in self._changed]
        updated = [(status, container) for status, container in changed if not requires_restart(status, container)]
        fault = memory_fault(pod, updated, self._used(updated))
        if fault:
            if self.progress.reason != ERROR:
                self._state.tell("", "Warning", "ResizeError", resize_message("Pod resize error", pod, fault))
                self._state.requeue()
            self.progress = Rejection(ERROR, fault)
            node.queue.add_after(Key(uid), ERROR_RETRY_SECONDS)
            return
        for status, container in updated:
            self._given[status.id] = container.get("resources") or {}
            node.runtime.update_container_resources(status.id, resources_of(container), stated)
        self._state.requeue()

    def restarts(self, pod: Obj, containers: Sequence[ContainerStatus]) -> dict[str, KillContainer]:
        """Return which running containers have to go because their resources cannot change while they run, by their ids."""
        if self.progress is None or self.progress.reason == ERROR:
            return {}
        return {
            status.id: KillContainer(status, f"Container {status.name} resize requires restart", None)
            for status, container in running(pod, containers)
            if status.id in self._changed and requires_restart(status, container)
        }

    def _promise(self, pod: Obj) -> None:
        node, before = self._state.node, self.pending
        self.pending = node.admission.resize(self._state.uid, pod)
        if self.pending is None:
            self.progress, self._promised = STARTED, generation_of(pod)
            self._state.tell("", "Normal", "ResizeStarted", resize_message("Pod resize started", pod))
            return
        self.progress = None
        node.queue.add_after(Key(self._state.uid), RETRY_SECONDS)
        if before != self.pending:
            reason = self.pending.reason
            message = resize_message(f"Pod resize {reason}", pod, self.pending.message)
            self._state.tell("", "Warning", f"Resize{reason}", message)

    def _end(self, pod: Obj) -> None:
        if self.progress is not None:
            self._state.tell("", "Normal", "ResizeCompleted", resize_message("Pod resize completed", pod))
        self.pending = self.progress = None

    def _used(self, changed: Sequence[tuple[ContainerStatus, Obj]]) -> dict[str, int]:
        stats = {status.name: self._state.node.runtime.container_stats(status.id) for status, _ in changed}
        return {name: usage.memory for name, usage in stats.items() if usage is not None}


def memory_fault(pod: Obj, changed: Sequence[tuple[ContainerStatus, Obj]], used: Mapping[str, int]) -> str:
    """Return why limits of memory cannot be taken so low, empty when they can. ``used``: bytes by container."""
    faults = []
    lower = [
        (status, limit) for status, container in changed if (limit := resources_of(container).memory_limit) and _is_lower(status, limit)
    ]
    limits = [resources_of(container).memory_limit for container in pod["spec"]["containers"]]
    if lower and all(limits) and sum(used.values()) > sum(limits):
        faults.append(f"attempting to set pod memory limit ({sum(limits)}) below current usage ({sum(used.values())})")
    for status, limit in lower:
        if used.get(status.name, 0) > limit:
            words = f"memory limit ({limit}) below current usage ({used[status.name]})"
            faults.append(f'attempting to set container "{status.name}" {words}')
    if not faults:
        return ""
    told = f"[{', '.join(faults)}]" if len(faults) > 1 else faults[0]
    return f"cannot decrease memory limits: {told}"


def requires_restart(status: ContainerStatus, container: Obj) -> bool:
    """Whether a change of its resources means that a container is restarted."""
    policies = {each["resourceName"]: each["restartPolicy"] for each in container.get("resizePolicy") or ()}
    before, after = status.resources, resources_of(container)
    changed = {
        CPU: (before.cpu_request, before.cpu_limit) != (after.cpu_request, after.cpu_limit),
        MEMORY: (before.memory_request, before.memory_limit) != (after.memory_request, after.memory_limit),
    }
    return any(is_changed and policies.get(name) == RESTART for name, is_changed in changed.items())


def resize_message(words: str, pod: Obj, fault: str = "") -> str:
    """Return what an Event says of a resize: the resources that are asked for."""
    spec = pod["spec"]
    told: Obj = {name: [_summary(each) for each in spec[name]] for name in ("initContainers", "containers") if spec.get(name)}
    told |= {"generation": generation_of(pod)} | ({"error": fault} if fault else {})
    return f"{words}: {orjson.dumps(told).decode()}"


def generation_of(pod: Obj) -> int:
    """Return which version of its spec a pod has."""
    return int(pod["metadata"].get("generation", 1))


def resources_obj(resources: Resources) -> Obj:
    """Return what a container is promised and held to, as a spec has it."""
    requests = _amounts(resources.cpu_request, resources.memory_request)
    limits = _amounts(resources.cpu_limit, resources.memory_limit)
    return {name: amounts for name, amounts in (("requests", requests), ("limits", limits)) if amounts}


def running(pod: Obj, containers: Sequence[ContainerStatus]) -> Iterator[tuple[ContainerStatus, Obj]]:
    """Yield the containers of a pod that run, each with what the spec says of it."""
    spec = pod["spec"]
    specs = {container["name"]: container for container in (*(spec.get("initContainers") or ()), *spec["containers"])}
    return ((status, specs[status.name]) for status in containers if status.state is ContainerState.RUNNING and status.name in specs)


def _is_lower(status: ContainerStatus, limit: int) -> bool:
    return not status.resources.memory_limit or limit < status.resources.memory_limit


def _summary(container: Obj) -> Obj:
    resources = container.get("resources") or {}
    kept = {name: dict(sorted(resources[name].items())) for name in ("limits", "requests") if resources.get(name)}
    return {"name": container["name"], "resources": kept}


def _amounts(cpu: int, memory: int) -> dict[str, str]:
    return {name: text for name, text, amount in ((CPU, f"{cpu}m", cpu), (MEMORY, str(memory), memory)) if amount}
