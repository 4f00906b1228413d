"""What the runtime is told of a pod and of a container. Pure.

Upstream: ``pkg/kubelet/kuberuntime/kuberuntime_sandbox.go`` (generatePodSandboxConfig) and ``kuberuntime_container.go``
(generateContainerConfig).
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.kubelet.dns import CLUSTER_DOMAIN, pod_dns
from cluster.kubelet.expansion import expand
from cluster.machinery.cri import ContainerConfig, Mount, PidMode, PodSandboxConfig, Resources
from cluster.machinery.meta import Obj
from cluster.machinery.pod_resources import CPU, MEMORY, amounts
from cluster.machinery.steering import stated_end

_MAX_HOSTNAME = 63


def sandbox_config(pod: Obj, attempt: int) -> PodSandboxConfig:
    """Return what the runtime is told of a pod."""
    meta = pod["metadata"]
    host_network = bool(pod["spec"].get("hostNetwork"))
    annotations = meta.get("annotations") or {}
    hostname = "" if host_network else pod_hostname(pod)
    return PodSandboxConfig(meta["namespace"], meta["name"], meta["uid"], attempt, host_network, annotations, hostname, pod_dns(pod))


def pod_hostname(pod: Obj) -> str:
    """Return the name that a pod has for itself."""
    spec, meta = pod["spec"], pod["metadata"]
    name = str(spec.get("hostnameOverride") or spec.get("hostname") or meta["name"][:_MAX_HOSTNAME].rstrip("-."))
    if spec.get("setHostnameAsFQDN") and spec.get("subdomain"):
        return full_name(pod, name)
    return name


def full_name(pod: Obj, name: str) -> str:
    """Return the name by which the cluster's DNS knows a pod that has a subdomain."""
    return f"{name}.{pod['spec']['subdomain']}.{pod['metadata']['namespace']}.svc.{CLUSTER_DOMAIN}"


def container_config(
    pod: Obj, container: Obj, attempt: int, envs: Mapping[str, str] | None = None, mounts: tuple[Mount, ...] = (), target_id: str = ""
) -> ContainerConfig:
    """Return what the runtime is told of a container. Command and arguments may refer to ``envs``. ``target_id``: a container whose
    processes it is to see."""
    values = envs or {}
    return ContainerConfig(
        container["name"],
        container["image"],
        attempt,
        tuple(expand(word, values) for word in container.get("command") or ()),
        tuple(expand(word, values) for word in container.get("args") or ()),
        values,
        container.get("workingDir") or "",
        mounts,
        resources_of(container),
        bool(container.get("stdin")),
        bool(container.get("stdinOnce")),
        bool(container.get("tty")),
        tuple(p["containerPort"] for p in container.get("ports") or () if p.get("protocol", "TCP") == "TCP"),
        *_identity(pod["spec"].get("securityContext") or {}, container.get("securityContext") or {}),
        PidMode.TARGET if target_id else PidMode.POD if pod["spec"].get("shareProcessNamespace") else PidMode.CONTAINER,
        target_id,
        stated_end(pod["metadata"].get("annotations")),
    )


def _identity(of_pod: Obj, own: Obj) -> tuple[int | None, int | None, tuple[int, ...]]:
    """Return user, group and further groups; the container's word goes before the pod's."""
    groups = (*(of_pod.get("supplementalGroups") or ()), *((of_pod["fsGroup"],) if "fsGroup" in of_pod else ()))
    return own.get("runAsUser", of_pod.get("runAsUser")), own.get("runAsGroup", of_pod.get("runAsGroup")), groups


def resources_of(container: Obj) -> Resources:
    """Return what a container is promised and held to."""
    resources = container.get("resources")
    if not resources:
        return _NOTHING
    requests, limits = amounts(resources.get("requests")), amounts(resources.get("limits"))
    return Resources(requests.get(CPU, 0), limits.get(CPU, 0), requests.get(MEMORY, 0), limits.get(MEMORY, 0))


_NOTHING = Resources()
