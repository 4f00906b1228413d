"""What a change of a pod means for containers that run: another image is another container, other resources are a resize.

The real kubelet keeps a hash of the spec with each container. Here the runtime is asked which image a container was given, so that a
restarted kubelet notices what has changed meanwhile. What the pod's annotations say of its use is handed on in the same way.

Upstream: ``pkg/kubelet/kuberuntime/kuberuntime_manager.go`` (containerChanged).
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.kubelet.actions import KillContainer
from cluster.kubelet.pod_resize import PodResize, running
from cluster.kubelet.pod_state import PodState
from cluster.kubelet.status import Runtime
from cluster.machinery.cri import ContainerStatus
from cluster.machinery.meta import Obj
from cluster.machinery.steering import stated_use


class ContainerChanges:
    """Of the containers of one pod."""

    def __init__(self, state: PodState) -> None:
        self._state = state
        self.resize = PodResize(state)

    def notice(self, pod: Obj, runtime: Runtime) -> None:
        """Hand on what the pod says of its use, and promise changed resources if the node can give them."""
        self.resize.allocate(pod, runtime)
        stated = stated_use(pod["metadata"].get("annotations"))
        if runtime.sandbox is not None and stated_use(runtime.sandbox.annotations) != stated:
            for status, _ in running(pod, runtime.containers):
                self._state.node.runtime.update_container_resources(status.id, status.resources, stated)

    def carry_out(self, pod: Obj, runtime: Runtime) -> None:
        """Give the runtime the resources that were promised."""
        self.resize.actuate(pod, runtime, stated_use(pod["metadata"].get("annotations")))

    def redefined(self, pod: Obj, containers: Sequence[ContainerStatus]) -> dict[str, KillContainer]:
        """Return which running containers have to go because their image is another, or a resize asks for it, by their ids."""
        gone = self.resize.restarts(pod, containers)
        for status, container in running(pod, containers):
            if status.user_specified_image != container["image"]:
                gone[status.id] = KillContainer(status, f"Container {status.name} definition changed, will be restarted", None)
        return gone
