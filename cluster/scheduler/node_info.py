"""A node with its pods, and a pod with what plugins read from it again and again.

Upstream: ``pkg/scheduler/framework/types.go`` (``NodeInfo``, ``PodInfo``).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import orjson

from cluster.machinery.encoding import kept_json
from cluster.machinery.meta import Key, Obj, key_of
from cluster.machinery.pod_resources import CPU, MEMORY, PODS, Amounts, amounts, pod_requests
from cluster.machinery.volumes import claim_names
from cluster.scheduler.pod_affinity import PodAffinity, pod_affinity

DEFAULT_MILLI_CPU = 100
DEFAULT_MEMORY = 200 * 1024 * 1024
_NON_ZERO = {CPU: DEFAULT_MILLI_CPU, MEMORY: DEFAULT_MEMORY}
"""What a container without requests counts with when nodes are scored, so that such pods spread too."""


_GENERATIONS = itertools.count(1)
"""Never twice the same, so that what was found out about a node is known to be old by one comparison."""

HostPort = tuple[str, str, int]
"""Address, protocol and number of a node's port that a container has for itself."""


Likeness = tuple[str, tuple[tuple[str, str], ...], bool]
"""Namespace, labels, and whether it is going: all that is seen of a pod that is counted."""


@dataclass(frozen=True, slots=True, eq=False)
class PodInfo:
    """A pod with what plugins read from it again and again. ``non_zero``: cpu and memory with defaults filled in; ``claims``: names of
    the claims that its volumes are; ``signature``: the same for pods that are the same to plugins that look at one node alone."""

    key: Key
    pod: Obj
    requests: Amounts
    non_zero: Amounts
    tolerations: tuple[Obj, ...]
    host_ports: tuple[HostPort, ...]
    affinity: PodAffinity
    likeness: Likeness
    claims: tuple[str, ...]
    signature: bytes

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
            signature(pod),
        )

    @property
    def spec(self) -> Obj:
        """The pod's spec."""
        spec: Obj = self.pod["spec"]
        return spec


def likeness(pod: Obj) -> Likeness:
    """Return what is seen of a pod that is counted."""
    meta = pod["metadata"]
    return meta.get("namespace", ""), tuple((meta.get("labels") or {}).items()), bool(meta.get("deletionTimestamp"))


_SIGNED = ("nodeName", "nodeSelector", "tolerations", "resources", "overhead", "priority", "hostNetwork", "hostUsers")
_SIGNED_OF_CONTAINER = ("image", "resources", "ports", "restartPolicy", "restartPolicyRules")


def signature(pod: Obj) -> bytes:
    """Return what plugins that look at one node alone read of a pod. Upstream: ``SignPlugin``."""
    spec = pod["spec"]
    containers = [
        [container.get(name) for name in _SIGNED_OF_CONTAINER]
        for kind in ("containers", "initContainers")
        for container in spec.get(kind) or ()
    ]
    near = (spec.get("affinity") or {}).get("nodeAffinity")
    return kept_json([[spec.get(name) for name in _SIGNED], containers, near], orjson.OPT_SORT_KEYS)


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
    """A node, its pods, and the sums of what they request. ``node`` is empty while only its pods are known; ``images``: bytes by name;
    ``alike``: how many pods of each namespace and labels there are, so that a selector need not be asked about each; ``generation``:
    another one after every change."""

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
    generation: int = field(default_factory=lambda: next(_GENERATIONS))

    def set_node(self, node: Obj) -> None:
        """Take over a node's newest state."""
        self.generation = next(_GENERATIONS)
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
            generation=next(_GENERATIONS),
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

    def remove_pod(self, key: Key) -> PodInfo | None:
        """Count a pod out, and return it; None when it was not in."""
        pod = self.pods.pop(key, None)
        self.pods_with_affinity.pop(key, None)
        if pod is not None:
            self._count(pod, -1)
        return pod

    def _count(self, pod: PodInfo, sign: int) -> None:
        self.generation = next(_GENERATIONS)
        left = self.alike.get(pod.likeness, 0) + sign
        if left:
            self.alike[pod.likeness] = left
        else:
            del self.alike[pod.likeness]
        for name, amount in pod.requests.items():
            self.requested[name] = self.requested.get(name, 0) + sign * amount
        for name, amount in pod.non_zero.items():
            self.non_zero_requested[name] += sign * amount
