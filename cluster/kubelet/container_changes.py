"""What a change of a pod's spec means for containers that run: another image is another container, other resources are a resize.

The real kubelet keeps a hash of the spec with each container, and on disk what it has allocated; here what a container was first
seen with is remembered, and a restarted kubelet takes what it finds for what is wanted. A resize that fits is done at once, so
there is no PodResizeInProgress. One that does not is Deferred, and tried again every three minutes; one that never can is
Infeasible.

Upstream: ``pkg/kubelet/kuberuntime/kuberuntime_manager.go`` (containerChanged, doPodResizeAction), ``pkg/kubelet/allocation``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cluster.kubelet.actions import KillContainer
from cluster.kubelet.admission import Rejection
from cluster.kubelet.cri_config import resources_of
from cluster.kubelet.pod_state import PodState
from cluster.machinery.cri import ContainerState, ContainerStatus
from cluster.machinery.meta import Key, Obj

RETRY_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class _Seen:
    image: str
    resources: Obj


class ContainerChanges:
    """Of the containers of one pod. ``pending``: why the resources that are asked for are not given."""

    def __init__(self, state: PodState) -> None:
        self._state = state
        self._seen: dict[str, _Seen] = {}
        self.pending: Rejection | None = None

    def allocated(self, container_id: str) -> Obj | None:
        """Return the resources that a running container has, when they are not those that its spec asks for."""
        return self._seen[container_id].resources if self.pending is not None and container_id in self._seen else None

    def resize(self, pod: Obj, containers: Sequence[ContainerStatus]) -> None:
        """Hand changed resources to the runtime if the node can give them."""
        seen, self._seen = self._seen, {}
        changed = []
        for status, container in _running(pod, containers):
            now = _Seen(container["image"], container.get("resources") or {})
            before = self._seen[status.id] = seen.get(status.id, now)
            if before.resources != now.resources:
                changed.append((status, container))
        self.pending = None
        if not changed:
            return
        node = self._state.node
        self.pending = node.admission.resize(self._state.uid, pod)
        if self.pending is not None:
            node.queue.add_after(Key(self._state.uid), RETRY_SECONDS)
            return
        for status, container in changed:
            self._seen[status.id] = _Seen(self._seen[status.id].image, container.get("resources") or {})
            node.runtime.update_container_resources(status.id, resources_of(container))

    def redefined(self, pod: Obj, containers: Sequence[ContainerStatus]) -> dict[str, KillContainer]:
        """Return which running containers have to go because their image is another, by their ids."""
        gone = {}
        for status, container in _running(pod, containers):
            if status.id in self._seen and self._seen[status.id].image != container["image"]:
                gone[status.id] = KillContainer(status, f"Container {status.name} definition changed, will be restarted", None)
        return gone


def _running(pod: Obj, containers: Sequence[ContainerStatus]) -> Iterator[tuple[ContainerStatus, Obj]]:
    spec = pod["spec"]
    specs = {container["name"]: container for container in (*(spec.get("initContainers") or ()), *spec["containers"])}
    return ((status, specs[status.name]) for status in containers if status.state is ContainerState.RUNNING and status.name in specs)
