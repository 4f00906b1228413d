"""The scheduler's picture of the cluster: every node with what its pods already take.

A pod counts from the moment the scheduler has chosen its node ("assumed"), before the binding has come back as a
watch event. Differs from upstream in that nothing is copied into a snapshot: one pod is scheduled at a time, in one
thread. Upstream: ``pkg/scheduler/backend/cache/cache.go``, ``pkg/scheduler/framework/types.go``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from cluster.machinery.meta import Key, Obj, key_of
from cluster.machinery.pod_resources import CPU, MEMORY, PODS, Amounts, amounts, pod_requests
from cluster.machinery.volumes import claim_names
from cluster.scheduler.pod_affinity import PodAffinity, pod_affinity

DEFAULT_MILLI_CPU = 100
DEFAULT_MEMORY = 200 * 1024 * 1024
_NON_ZERO = {CPU: DEFAULT_MILLI_CPU, MEMORY: DEFAULT_MEMORY}
"""What a container without requests counts with when nodes are scored, so that such pods spread too."""


HostPort = tuple[str, str, int]
"""Address, protocol and number of a node's port that a container has for itself."""


Likeness = tuple[str, tuple[tuple[str, str], ...]]
"""A namespace and labels: all that selectors see of a pod."""


@dataclass(frozen=True, slots=True, eq=False)
class PodInfo:
    """A pod with what plugins read from it again and again. ``non_zero``: cpu and memory with defaults filled in; ``likeness``: None
    for a pod that is going, which selectors count no longer; ``claims``: names of the claims that its volumes are."""

    key: Key
    pod: Obj
    requests: Amounts
    non_zero: Amounts
    tolerations: tuple[Obj, ...]
    host_ports: tuple[HostPort, ...]
    affinity: PodAffinity
    likeness: Likeness | None
    claims: tuple[str, ...]

    @classmethod
    def of(cls, pod: Obj) -> PodInfo:
        """Read a pod once."""
        filled = pod_requests(pod, _NON_ZERO)
        tolerations = tuple(pod["spec"].get("tolerations") or ())
        non_zero = {CPU: filled.get(CPU, 0), MEMORY: filled.get(MEMORY, 0)}
        return cls(
            key_of(pod),
            pod,
            pod_requests(pod),
            non_zero,
            tolerations,
            host_ports(pod),
            pod_affinity(pod),
            likeness(pod),
            claim_names(pod),
        )

    @property
    def spec(self) -> Obj:
        """The pod's spec."""
        spec: Obj = self.pod["spec"]
        return spec


def likeness(pod: Obj) -> Likeness | None:
    """Return what selectors see of a pod, None when it is going."""
    meta = pod["metadata"]
    if meta.get("deletionTimestamp"):
        return None
    return meta.get("namespace", ""), tuple((meta.get("labels") or {}).items())


def host_ports(pod: Obj) -> tuple[HostPort, ...]:
    """Return the ports of its node that a pod wants, those of restartable init containers included."""
    spec = pod["spec"]
    containers = [*(spec.get("containers") or ()), *(c for c in spec.get("initContainers") or () if c.get("restartPolicy") == "Always")]
    return tuple(
        (port.get("hostIP") or "0.0.0.0", port.get("protocol") or "TCP", port["hostPort"])
        for container in containers
        for port in container.get("ports") or ()
        if port.get("hostPort")
    )


@dataclass(slots=True, eq=False)
class NodeInfo:
    """A node, its pods, and the sums of what they request. ``node`` is empty while only its pods are known;
    ``images``: bytes by name; ``alike``: how many pods of each namespace and labels, so that a selector need not be asked about each."""

    name: str
    node: Obj = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    taints: tuple[Obj, ...] = ()
    is_unschedulable: bool = False
    allocatable: Amounts = field(default_factory=dict)
    allowed_pods: int = 0
    images: dict[str, int] = field(default_factory=dict)
    requested: Amounts = field(default_factory=dict)
    non_zero_requested: Amounts = field(default_factory=lambda: {CPU: 0, MEMORY: 0})
    pods: dict[Key, PodInfo] = field(default_factory=dict)
    pods_with_affinity: dict[Key, PodInfo] = field(default_factory=dict)
    alike: dict[Likeness, int] = field(default_factory=dict)

    def set_node(self, node: Obj) -> None:
        """Take over a node's newest state."""
        spec, meta = node.get("spec") or {}, node["metadata"]
        self.node, self.labels = node, meta.get("labels") or {}
        self.taints = tuple(spec.get("taints") or ())
        self.is_unschedulable = bool(spec.get("unschedulable"))
        self.allocatable = amounts((node.get("status") or {}).get("allocatable"))
        self.allowed_pods = self.allocatable.get(PODS, 0)
        images = (node.get("status") or {}).get("images") or ()
        self.images = {name: image.get("sizeBytes", 0) for image in images for name in image.get("names") or ()}

    def without(self, keys: Iterable[Key]) -> NodeInfo:
        """Return the node as it would be without some pods; it may be changed further."""
        copied = replace(
            self,
            requested=dict(self.requested),
            non_zero_requested=dict(self.non_zero_requested),
            pods=dict(self.pods),
            pods_with_affinity=dict(self.pods_with_affinity),
            alike=dict(self.alike),
        )
        for key in keys:
            copied.remove_pod(key)
        return copied

    def add_pod(self, pod: PodInfo) -> None:
        """Count a pod in."""
        self.pods[pod.key] = pod
        if not pod.affinity.is_empty:
            self.pods_with_affinity[pod.key] = pod
        self._count(pod, 1)

    def remove_pod(self, key: Key) -> None:
        """Count a pod out; harmless when it was not in."""
        pod = self.pods.pop(key, None)
        self.pods_with_affinity.pop(key, None)
        if pod is not None:
            self._count(pod, -1)

    def _count(self, pod: PodInfo, sign: int) -> None:
        if pod.likeness is not None:
            left = self.alike.get(pod.likeness, 0) + sign
            if left:
                self.alike[pod.likeness] = left
            else:
                del self.alike[pod.likeness]
        for name, amount in pod.requests.items():
            self.requested[name] = self.requested.get(name, 0) + sign * amount
        for name, amount in pod.non_zero.items():
            self.non_zero_requested[name] += sign * amount


class Cache:
    """Nodes and the pods on them, kept by watch events and by the scheduler's own assumptions."""

    def __init__(self) -> None:
        self._nodes: dict[str, NodeInfo] = {}
        self._node_of: dict[Key, str] = {}
        self._assumed: set[Key] = set()

    @property
    def nodes(self) -> list[NodeInfo]:
        """The nodes that exist, in order of arrival."""
        return [info for info in self._nodes.values() if info.node]

    def set_node(self, node: Obj) -> None:
        """Add a node or take over its newest state."""
        self._info(node["metadata"]["name"]).set_node(node)

    def remove_node(self, name: str) -> None:
        """Forget a node; its pods are remembered until they are deleted."""
        info = self._nodes.pop(name, None)
        if info is not None and info.pods:
            self._nodes[name] = NodeInfo(
                name,
                requested=info.requested,
                non_zero_requested=info.non_zero_requested,
                pods=info.pods,
                pods_with_affinity=info.pods_with_affinity,
                alike=info.alike,
            )

    def set_pod(self, pod: Obj) -> None:
        """Add a pod that has a node, or take over its newest state; confirms an assumption."""
        self.remove_pod(key_of(pod))
        self._put(PodInfo.of(pod), pod["spec"]["nodeName"])

    def remove_pod(self, key: Key) -> None:
        """Forget a pod, assumed or not."""
        self._assumed.discard(key)
        name = self._node_of.pop(key, None)
        if name is None:
            return
        info = self._nodes[name]
        info.remove_pod(key)
        if not info.node and not info.pods:
            del self._nodes[name]

    def assume(self, pod: PodInfo, node: str) -> None:
        """Count a pod on ``node`` before the API server has heard of it."""
        self._put(pod, node)
        self._assumed.add(pod.key)

    def forget(self, key: Key) -> None:
        """Take an assumption back, because the binding failed. A pod that a watch event has confirmed stays."""
        if key in self._assumed:
            self.remove_pod(key)

    def is_assumed(self, key: Key) -> bool:
        """Whether the pod's binding has not come back yet."""
        return key in self._assumed

    def node_of(self, key: Key) -> str:
        """The node on which a pod counts, or an empty text."""
        return self._node_of.get(key, "")

    def _put(self, pod: PodInfo, node: str) -> None:
        self._node_of[pod.key] = node
        self._info(node).add_pod(pod)

    def _info(self, name: str) -> NodeInfo:
        if name not in self._nodes:
            self._nodes[name] = NodeInfo(name)
        return self._nodes[name]
