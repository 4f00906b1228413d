"""What the runtime is told of a pod and of a container. Pure.

Upstream: ``pkg/kubelet/kuberuntime/kuberuntime_sandbox.go`` (generatePodSandboxConfig) and ``kuberuntime_container.go``
(generateContainerConfig).
"""

from __future__ import annotations

from cluster.machinery.cri import ContainerConfig, PodSandboxConfig
from cluster.machinery.meta import Obj


def sandbox_config(pod: Obj, attempt: int) -> PodSandboxConfig:
    """Return what the runtime is told of a pod."""
    meta = pod["metadata"]
    host_network = bool(pod["spec"].get("hostNetwork"))
    return PodSandboxConfig(meta["namespace"], meta["name"], meta["uid"], attempt, host_network, meta.get("annotations") or {})


def container_config(container: Obj, attempt: int) -> ContainerConfig:
    """Return what the runtime is told of a container."""
    return ContainerConfig(
        container["name"],
        container["image"],
        attempt,
        tuple(container.get("command") or ()),
        tuple(container.get("args") or ()),
    )
