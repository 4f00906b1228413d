"""Which thresholds a node has fallen under, which pod has to go, and what is said of it. Pure.

A hard threshold acts at once, a soft one when its signal has been under it for its grace period. Pods that use more memory than they
request go first, then those of lower priority, then those that use most beyond their request; for want of processes priority and
their number count alone. Critical pods never go.

Upstream: ``pkg/kubelet/eviction/helpers.go`` (thresholdsMet, rankMemoryPressure, rankPIDPressure, rankDiskPressureFunc, evictionMessage),
``defaults_linux.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cluster.machinery.meta import SECOND, Obj, SimTime
from cluster.machinery.pod_resources import EPHEMERAL_STORAGE, MEMORY, amounts
from cluster.machinery.quantity import canonical

SYSTEM_CRITICAL = 2_000_000_000
"""From this priority on a pod is critical."""
EVICTED = "Evicted"
INODES, PIDS = "inodes", "pids"
MEMORY_PRESSURE, DISK_PRESSURE, PID_PRESSURE = "MemoryPressure", "DiskPressure", "PIDPressure"
_SUFFIXES = (("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10))


@dataclass(frozen=True, slots=True)
class Threshold:
    """When a signal means pressure: less than ``amount`` available, or less than a share of the capacity.

    ``grace_seconds``: for how long it has to before a pod goes, 0 of a hard one. ``reclaim``: how much more than the threshold (amount, or
    share of the capacity) there has to be again until it is no longer met."""

    signal: str
    condition: str
    resource: str
    amount: int = 0
    share: float = 0.0
    grace_seconds: float = 0.0
    reclaim: tuple[int, float] = (0, 0.0)

    @property
    def is_hard(self) -> bool:
        """Whether it acts at once, and leaves a pod no time."""
        return not self.grace_seconds

    def quantity(self, capacity: int) -> int:
        """Return it as an amount of a capacity."""
        return self.amount or int(capacity * self.share)

    def enough(self, capacity: int) -> int:
        """Return what has to be available until it is no longer met."""
        amount, share = self.reclaim
        return self.quantity(capacity) + (amount or int(capacity * share))


MEMORY_AVAILABLE = Threshold("memory.available", MEMORY_PRESSURE, MEMORY, amount=100 << 20)
NODEFS_AVAILABLE = Threshold("nodefs.available", DISK_PRESSURE, EPHEMERAL_STORAGE, share=0.1)
NODEFS_INODES_FREE = Threshold("nodefs.inodesFree", DISK_PRESSURE, INODES, share=0.05)
PID_AVAILABLE = Threshold("pid.available", PID_PRESSURE, PIDS)
DEFAULT_THRESHOLDS = (MEMORY_AVAILABLE, NODEFS_AVAILABLE, NODEFS_INODES_FREE)
SIGNALS = {
    each.signal: each
    for each in (
        *DEFAULT_THRESHOLDS,
        replace(NODEFS_AVAILABLE, signal="imagefs.available"),
        replace(NODEFS_INODES_FREE, signal="imagefs.inodesFree"),
        PID_AVAILABLE,
    )
}
"""What thresholds can be set on."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A measurement: bytes, inodes or processes."""

    available: int
    capacity: int

    def is_under(self, threshold: Threshold) -> bool:
        """Whether it means pressure."""
        return self.available < threshold.quantity(self.capacity)

    def is_enough(self, threshold: Threshold) -> bool:
        """Whether a threshold that was met is met no longer."""
        return self.available >= threshold.enough(self.capacity)


def thresholds_met(
    thresholds: Iterable[Threshold], signals: Mapping[str, Signal], before: Mapping[Threshold, SimTime], now: SimTime
) -> dict[Threshold, SimTime]:
    """Return the thresholds that are met, each with the moment from which on. ``before``: as this returned it last."""
    return {
        each: before.get(each, now)
        for each in thresholds
        if each.signal in signals and (signals[each.signal].is_under(each) or (each in before and not signals[each.signal].is_enough(each)))
    }


def threshold_to_act_on(met: Mapping[Threshold, SimTime], now: SimTime) -> Threshold | None:
    """Return the threshold that a pod goes for now: memory first, then in their order; None: no grace period is over."""
    due = [each for each, since in met.items() if now - since >= each.grace_seconds * SECOND]
    return min(due, key=lambda each: each.resource != MEMORY, default=None)


@dataclass(frozen=True, slots=True)
class PodUsage:
    """A pod and what each of its containers uses of a resource."""

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
        if resource == PIDS:
            return False, int(usage.pod["spec"].get("priority") or 0), -usage.total, usage.pod["metadata"]["uid"]
        beyond = usage.total - usage.requested(resource)
        return beyond <= 0, int(usage.pod["spec"].get("priority") or 0), -beyond, usage.pod["metadata"]["uid"]

    return sorted(pods, key=key)


def eviction_message(usage: PodUsage, threshold: Threshold, signal: Signal) -> str:
    """Return what the status of an evicted pod says."""
    resource = threshold.resource
    is_counted = resource in (INODES, PIDS)
    available = max(signal.available, 0)
    quantity, left = binary(threshold.quantity(signal.capacity)), canonical(str(available)) if is_counted else binary(available)
    parts = [f"The node was low on resource: {resource}. Threshold quantity: {quantity}, available: {left}. "]
    if is_counted:
        return parts[0]
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
