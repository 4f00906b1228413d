"""Looks every ten seconds whether its node runs short, says so, frees images, and evicts one pod at a time.

What containers use the runtime says, as it does for ``kubectl top``; what the node itself uses is a constant, and a person may add a
burden by hand: the order ``pressure``, kept in the node's record ``pressure``. A condition stays for five minutes after it was seen
last. Left out: soft thresholds, which nobody sets by default, inodes and processes, and what containers write to disk.

Upstream: ``pkg/kubelet/eviction/eviction_manager.go``, ``pkg/kubelet/images/image_gc_manager.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cluster.client.events import EventRecorder
from cluster.kubelet.admission import MEMORY_PRESSURE_TAINT, Rejection
from cluster.kubelet.eviction import (
    EVICTED,
    MEMORY_AVAILABLE,
    NODEFS_AVAILABLE,
    PodUsage,
    Signal,
    Threshold,
    eviction_message,
    is_critical,
    ranked,
    unused_images,
)
from cluster.kubelet.node_context import Burden
from cluster.kubelet.pod_state import Ending
from cluster.kubelet.pod_worker import PodWorker
from cluster.machinery.cri import ContainerRuntime, ContainerState
from cluster.machinery.meta import SECOND, Obj, SimTime
from cluster.machinery.pod_resources import EPHEMERAL_STORAGE, MEMORY
from cluster.machinery.quantity import value
from cluster.machinery.taints import is_tolerated
from cluster.machinery.usage import SYSTEM

TRANSITION_SECONDS = 300
"""A condition is taken back when its signal has been well for so long (evictionPressureTransitionPeriod)."""
HARD_GRACE = 1.0
"""Seconds that an evicted pod has."""
SYSTEM_DISK = 4 << 30
"""Bytes of a node's disk that its own system takes."""
IMAGE_GC_HIGH, IMAGE_GC_LOW = 0.85, 0.80
"""Shares of the disk from which images are removed, and down to which."""
_EVENTS = {"MemoryPressure": "NodeHasInsufficientMemory", "DiskPressure": "NodeHasDiskPressure"}


@dataclass(slots=True)
class EvictionManager:
    """Of one node. ``workers``: its pods; ``changed`` is called when a condition of the node has."""

    node: Callable[[], Obj]
    runtime: ContainerRuntime
    recorder: EventRecorder
    workers: Callable[[], Iterable[PodWorker]]
    changed: Callable[[], None]
    burden: Burden = field(default_factory=Burden)
    _seen: dict[str, SimTime] = field(default_factory=dict)

    @property
    def pressures(self) -> frozenset[str]:
        """The conditions that hold."""
        return frozenset(self._seen)

    def gate(self, pod: Obj) -> Rejection | None:
        """Return why a new pod is not taken while memory is short: it promises nothing and tolerates nothing."""
        if MEMORY_AVAILABLE.condition not in self._seen or is_critical(pod):
            return None
        is_best_effort = not any((c.get("resources") or {}).get(kind) for c in pod["spec"]["containers"] for kind in ("requests", "limits"))
        if not is_best_effort or is_tolerated(MEMORY_PRESSURE_TAINT, pod["spec"].get("tolerations") or ()):
            return None
        return Rejection(EVICTED, "The node had condition: [MemoryPressure]. ")

    def synchronize(self, now: SimTime) -> None:
        """Measure, tell, and evict a pod if need be."""
        capacity = (self.node().get("status") or {}).get("capacity") or {}
        if MEMORY in capacity:
            self._judge(MEMORY_AVAILABLE, self._memory(value(str(capacity[MEMORY]))), now)
        if EPHEMERAL_STORAGE in capacity:
            self._judge(NODEFS_AVAILABLE, self._disk(value(str(capacity[EPHEMERAL_STORAGE]))), now)
        for condition, seen in list(self._seen.items()):
            if now - seen >= TRANSITION_SECONDS * SECOND:
                del self._seen[condition]
                self.changed()

    def _judge(self, threshold: Threshold, signal: Signal, now: SimTime) -> None:
        if not signal.is_under(threshold):
            return
        name, is_new = self.node()["metadata"]["name"], threshold.condition not in self._seen
        self._seen[threshold.condition] = now
        reference = {"kind": "Node", "metadata": {"name": name, "uid": name}}
        if is_new:
            self.recorder.event(
                reference, "Normal", _EVENTS[threshold.condition], f"Node {name} status is now: {_EVENTS[threshold.condition]}"
            )
            self.changed()
        workers = list(self.workers())
        if any(worker.state.ending is not None and not worker.is_over for worker in workers):
            return  # one at a time
        self.recorder.event(reference, "Warning", "EvictionThresholdMet", f"Attempting to reclaim {threshold.resource}")
        usages = {w.state.uid: u for w in workers if (u := self._usage(w, threshold)) is not None}
        for usage in ranked(usages.values(), threshold.resource)[:1]:
            message = eviction_message(usage, threshold, signal)
            worker = next(w for w in workers if w.state.uid == usage.pod["metadata"]["uid"])
            worker.state.tell("", "Warning", EVICTED, message)
            worker.end(Ending(EVICTED, message, HARD_GRACE))

    def _usage(self, worker: PodWorker, threshold: Threshold) -> PodUsage | None:
        pod = worker.state.pod
        if pod is None or worker.state.is_ending or worker.is_over or is_critical(pod, is_static=worker.state.is_static):
            return None
        if threshold is not MEMORY_AVAILABLE:
            return PodUsage(pod, {})
        return PodUsage(pod, self._container_memory(worker))

    def _container_memory(self, worker: PodWorker) -> dict[str, int]:
        running = (c for c in self.runtime.list_containers(worker.state.uid) if c.state is ContainerState.RUNNING)
        return {c.name: usage.memory for c in running if (usage := self.runtime.container_stats(c.id)) is not None}

    def _memory(self, capacity: int) -> Signal:
        used = sum(sum(self._container_memory(worker).values()) for worker in self.workers())
        return Signal(capacity - SYSTEM.memory - self.burden.memory - used, capacity)

    def _disk(self, capacity: int) -> Signal:
        images = [(image.tag, image.size) for image in self.runtime.list_images()]
        used = SYSTEM_DISK + self.burden.disk + sum(size for _, size in images)
        if used >= capacity * IMAGE_GC_HIGH:
            used -= self._free_images(images, int(used - capacity * IMAGE_GC_LOW))
        return Signal(capacity - used, capacity)

    def _free_images(self, images: list[tuple[str, int]], needed: int) -> int:
        in_use = {c.image for sandbox in self.runtime.list_pod_sandbox() for c in self.runtime.list_containers(sandbox.uid)}
        sizes, freed = dict(images), 0
        for name in unused_images(images, in_use, needed):
            self.runtime.remove_image(name)
            freed += sizes[name]
        if freed < needed:
            name = self.node()["metadata"]["name"]
            words = f"Attempted to free {needed} bytes, but only found {freed} bytes eligible to free."
            message = f"Failed to garbage collect required amount of images. {words}"
            self.recorder.event({"kind": "Node", "metadata": {"name": name, "uid": name}}, "Warning", "FreeDiskSpaceFailed", message)
        return freed
