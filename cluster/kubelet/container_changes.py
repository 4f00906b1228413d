"""What a change of a pod's spec means for containers that run: another image is another container, other resources are a resize.

The real kubelet keeps a hash of the spec with each container, and on disk what it has allocated. Here the runtime is asked which image
and resources a container was given, so that a restarted kubelet notices what has changed meanwhile. A resize that fits is done at once,
so there is no PodResizeInProgress. One that does not is Deferred, and tried again every three minutes; one that never can is
Infeasible. What the pod's annotations say of its use is handed on in the same way.

Upstream: ``pkg/kubelet/kuberuntime/kuberuntime_manager.go`` (containerChanged, doPodResizeAction), ``pkg/kubelet/allocation``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cluster.kubelet.actions import KillContainer
from cluster.kubelet.admission import Rejection
from cluster.kubelet.cri_config import resources_of
from cluster.kubelet.pod_state import PodState
from cluster.kubelet.status import Runtime
from cluster.machinery.cri import ContainerState, ContainerStatus, Resources
from cluster.machinery.meta import Key, Obj
from cluster.machinery.pod_resources import CPU, MEMORY
from cluster.machinery.usage import stated_use

RETRY_SECONDS = 180.0


class ContainerChanges:
    """Of the containers of one pod. ``pending``: why the resources that are asked for are not given."""

    def __init__(self, state: PodState) -> None:
        self._state = state
        self._given: dict[str, Obj] = {}
        self.pending: Rejection | None = None

    def allocated(self, container_id: str) -> Obj | None:
        """Return the resources that a running container has, when they are not those that its spec asks for."""
        return self._given.get(container_id) if self.pending is not None else None

    def resize(self, pod: Obj, runtime: Runtime) -> None:
        """Hand changed resources to the runtime if the node can give them, and what the pod says of its use."""
        node, given, self._given = self._state.node, self._given, {}
        running = list(_running(pod, runtime.containers))
        changed = set()
        for status, container in running:
            wanted = container.get("resources") or {}
            if given.get(status.id) != wanted and resources_of(container) != status.resources:
                changed.add(status.id)
                self._given[status.id] = given.get(status.id, resources_obj(status.resources))
            else:
                self._given[status.id] = wanted
        self.pending = node.admission.resize(self._state.uid, pod) if changed else None
        if self.pending is not None:
            node.queue.add_after(Key(self._state.uid), RETRY_SECONDS)
            changed.clear()
        stated = stated_use(pod["metadata"].get("annotations"))
        is_restated = runtime.sandbox is not None and stated_use(runtime.sandbox.annotations) != stated
        for status, container in running:
            if status.id in changed:
                self._given[status.id] = container.get("resources") or {}
                node.runtime.update_container_resources(status.id, resources_of(container), stated)
            elif is_restated:
                node.runtime.update_container_resources(status.id, status.resources, stated)

    def redefined(self, pod: Obj, containers: Sequence[ContainerStatus]) -> dict[str, KillContainer]:
        """Return which running containers have to go because their image is another, by their ids."""
        gone = {}
        for status, container in _running(pod, containers):
            if status.user_specified_image != container["image"]:
                gone[status.id] = KillContainer(status, f"Container {status.name} definition changed, will be restarted", None)
        return gone


def resources_obj(resources: Resources) -> Obj:
    """Return what a container is promised and held to, as a spec has it."""
    requests = _amounts(resources.cpu_request, resources.memory_request)
    limits = _amounts(resources.cpu_limit, resources.memory_limit)
    return {name: amounts for name, amounts in (("requests", requests), ("limits", limits)) if amounts}


def _amounts(cpu: int, memory: int) -> dict[str, str]:
    return {name: text for name, text, amount in ((CPU, f"{cpu}m", cpu), (MEMORY, str(memory), memory)) if amount}


def _running(pod: Obj, containers: Sequence[ContainerStatus]) -> Iterator[tuple[ContainerStatus, Obj]]:
    spec = pod["spec"]
    specs = {container["name"]: container for container in (*(spec.get("initContainers") or ()), *spec["containers"])}
    return ((status, specs[status.name]) for status in containers if status.state is ContainerState.RUNNING and status.name in specs)
