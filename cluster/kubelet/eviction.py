"""Which pod has to go when a node runs short, and what is said of it. Pure.

Signals are compared with upstream's default hard thresholds. Pods that use more memory than they request go first, then those of lower
priority, then those that use most beyond their request; critical ones never.

Upstream: ``pkg/kubelet/eviction/helpers.go`` (rankMemoryPressure, rankDiskPressureFunc, evictionMessage), ``defaults_linux.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cluster.machinery.meta import Obj
from cluster.machinery.pod_resources import EPHEMERAL_STORAGE, MEMORY, amounts

SYSTEM_CRITICAL = 2_000_000_000
"""From this priority on a pod is critical."""
EVICTED = "Evicted"
_SUFFIXES = (("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10))


@dataclass(frozen=True, slots=True)
class Threshold:
    """When a signal means pressure: less than ``bytes`` available, or less than a share of the capacity."""

    signal: str
    condition: str
    resource: str
    bytes: int = 0
    share: float = 0.0

    def quantity(self, capacity: int) -> int:
        """Return it in bytes of a capacity."""
        return self.bytes or int(capacity * self.share)


MEMORY_AVAILABLE = Threshold("memory.available", "MemoryPressure", MEMORY, bytes=100 << 20)
NODEFS_AVAILABLE = Threshold("nodefs.available", "DiskPressure", EPHEMERAL_STORAGE, share=0.1)
THRESHOLDS = (MEMORY_AVAILABLE, NODEFS_AVAILABLE)


@dataclass(frozen=True, slots=True)
class Signal:
    """A measurement, in bytes."""

    available: int
    capacity: int

    def is_under(self, threshold: Threshold) -> bool:
        """Whether it means pressure."""
        return self.available < threshold.quantity(self.capacity)


@dataclass(frozen=True, slots=True)
class PodUsage:
    """A pod and what each of its containers uses of a resource, in bytes."""

    pod: Obj
    used: Mapping[str, int]

    def requested(self, resource: str) -> int:
        """Return what its containers request together."""
        return sum(amounts((c.get("resources") or {}).get("requests")).get(resource, 0) for c in self.pod["spec"]["containers"])

    @property
    def total(self) -> int:
        """What its containers use together."""
        return sum(self.used.values())


def is_critical(pod: Obj, *, is_static: bool = False) -> bool:
    """Whether a pod is never evicted, and goes last when the node shuts down."""
    return is_static or int(pod["spec"].get("priority") or 0) >= SYSTEM_CRITICAL


def ranked(pods: Iterable[PodUsage], resource: str) -> list[PodUsage]:
    """Return pods in the order in which they are to go."""

    def key(usage: PodUsage) -> tuple[bool, int, int, str]:
        beyond = usage.total - usage.requested(resource)
        return beyond <= 0, int(usage.pod["spec"].get("priority") or 0), -beyond, usage.pod["metadata"]["uid"]

    return sorted(pods, key=key)


def eviction_message(usage: PodUsage, threshold: Threshold, signal: Signal) -> str:
    """Return what the status of an evicted pod says."""
    resource = threshold.resource
    quantity, available = binary(threshold.quantity(signal.capacity)), binary(max(signal.available, 0))
    parts = [f"The node was low on resource: {resource}. Threshold quantity: {quantity}, available: {available}. "]
    for container in usage.pod["spec"]["containers"]:
        used = usage.used.get(container["name"], 0)
        requested = amounts((container.get("resources") or {}).get("requests")).get(resource, 0)
        if used > requested:
            parts.append(
                f"Container {container['name']} was using {binary(used)}, request is {binary(requested)}, "
                f"has larger consumption of {resource}. "
            )
    return "".join(parts)


def binary(amount: int) -> str:
    """Write bytes as Kubernetes prints a binary quantity: ``100Mi``, ``51204Ki``, ``12345``."""
    return next((f"{amount // unit}{suffix}" for suffix, unit in _SUFFIXES if amount and amount % unit == 0), str(amount))


def unused_images(images: Sequence[tuple[str, int]], in_use: Iterable[str], needed: int) -> list[str]:
    """Return which of the images (name, size) to remove, in their order, to free so many bytes."""
    used, chosen, freed = set(in_use), [], 0
    for name, size in images:
        if freed >= needed:
            break
        if name not in used:
            chosen.append(name)
            freed += size
    return chosen
