"""What a running container uses of its node, for those who measure: a pure function of container and moment.

No container runs here, so nothing can be measured. A container uses a part of what it requests, more or less from one quarter of
a minute to the next, and never more than its limits; one that requests nothing uses a little, by its image. The pod's annotations
``simulation.podium/cpu`` and ``simulation.podium/memory`` (quantities) say instead what each of its containers uses: turning them up
gives an autoscaler something to do, and a limit of memory somebody to hold.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from cluster.machinery.meta import SECOND, Obj, SimTime
from cluster.machinery.pod_resources import CPU, MEMORY, amounts
from cluster.machinery.steering import CPU_USAGE, Annotations, cores, stated_memory

WINDOW = 15
"""Seconds that a measurement is the mean of."""
_CPU_SHARE, _MEMORY_SHARE = 0.4, 0.6
_SPREAD = 0.2
_IDLE_NANO = 1_000_000
_MEBI = 1 << 20


class Usage(NamedTuple):
    """``cpu``: in billionths of a core; ``memory``: in bytes."""

    cpu: int = 0
    memory: int = 0

    def plus(self, other: Usage) -> Usage:
        """Return the sum."""
        return Usage(self.cpu + other.cpu, self.memory + other.memory)

    def resources(self) -> Obj:
        """Return it as a resource list: ``{"cpu": "12345678n", "memory": "20480Ki"}``."""
        return {CPU: f"{self.cpu}n", MEMORY: f"{self.memory // 1024}Ki"}


SYSTEM = Usage(60_000_000, 400 * _MEBI)
"""What a node's own services use."""


def window_of(now: SimTime) -> SimTime:
    """Return the beginning of the last whole window."""
    return SimTime((now // (WINDOW * SECOND) - 1) * WINDOW * SECOND)


def container_usage(pod_uid: str, container: Obj, now: SimTime, annotations: Annotations = None) -> Usage:
    """Return what a container of a pod's spec has used in the last window. ``annotations``: the pod's. Raises QuantityError."""
    resources = container.get("resources") or {}
    requests, limits = amounts(resources.get("requests")), amounts(resources.get("limits"))
    name, image = container.get("name", ""), container.get("image", "")
    cpu = _share(requests.get(CPU, 0) * 1_000_000, _CPU_SHARE) or _IDLE_NANO
    memory = _share(requests.get(MEMORY, 0), _MEMORY_SHARE) or (8 + round(32 * _fraction(image))) * _MEBI
    window = window_of(now)
    cpu = _varied(cpu, f"{pod_uid}/{name}/cpu/{window}")
    memory = _varied(memory, f"{pod_uid}/{name}/memory/{window}")
    stated_cpu, stated = cores(annotations, CPU_USAGE), stated_memory(annotations)
    cpu, memory = cpu if stated_cpu is None else stated_cpu, memory if stated is None else stated
    return Usage(min(cpu, limits[CPU] * 1_000_000) if CPU in limits else cpu, min(memory, limits.get(MEMORY, memory)))


def _share(amount: int, share: float) -> int:
    return round(amount * share)


def _varied(amount: int, seed: str) -> int:
    return round(amount * (1 - _SPREAD + 2 * _SPREAD * _fraction(seed)))


def _fraction(seed: str) -> float:
    """Return a number in [0, 1) that depends on the seed alone."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:6]) / (1 << 48)
