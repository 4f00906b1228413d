"""What a change of a pod's spec means for containers that run: another image is another container, other resources are handed to
the runtime.

The real kubelet keeps a hash of the spec with each container; here what a container was first seen with is remembered, and a
restarted kubelet takes what it finds for what is wanted. Left out: the conditions of a resize that does not fit (PodResizePending),
since what is asked for is given.

Upstream: ``pkg/kubelet/kuberuntime/kuberuntime_manager.go`` (containerChanged, doPodResizeAction).
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.kubelet.actions import KillContainer
from cluster.kubelet.cri_config import resources_of
from cluster.kubelet.pod_state import PodState
from cluster.machinery.cri import ContainerState, ContainerStatus, Resources
from cluster.machinery.meta import Obj


@dataclass(frozen=True, slots=True)
class _Seen:
    image: str
    resources: Resources


class ContainerChanges:
    """Of the containers of one pod."""

    def __init__(self, state: PodState) -> None:
        self._state = state
        self._seen: dict[str, _Seen] = {}

    def take_up(self, pod: Obj, containers: list[ContainerStatus]) -> dict[str, KillContainer]:
        """Hand changed resources to the runtime and return which containers have to go, by their ids."""
        spec, seen, gone = pod["spec"], self._seen, {}
        specs = {container["name"]: container for container in (*(spec.get("initContainers") or ()), *spec["containers"])}
        self._seen = {}
        for status in containers:
            container = specs.get(status.name)
            if container is None or status.state is not ContainerState.RUNNING:
                continue
            now = _Seen(container["image"], resources_of(container))
            before = seen.get(status.id, now)
            self._seen[status.id] = _Seen(before.image, now.resources)
            if before.image != now.image:
                gone[status.id] = KillContainer(status, f"Container {status.name} definition changed, will be restarted", None)
            elif before.resources != now.resources:
                self._state.node.runtime.update_container_resources(status.id, now.resources)
                self._state.node.admission.release(self._state.uid)
                self._state.node.admission.admit(self._state.uid, pod, is_settled=True)
        return gone
