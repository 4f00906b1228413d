"""What a node has left of its memory, its disk, the disk's inodes and its processes: the signals of the eviction manager.

What containers use of memory the runtime says, as it does for ``kubectl top``; what the node's own system uses is a constant, and a
person may add a burden by hand (order ``pressure``). Containers write no disk full and no inodes away; each runs as one process beside
its sandbox's.

Upstream: ``pkg/kubelet/eviction/helpers.go`` (makeSignalObservations), ``pkg/kubelet/images/image_gc_manager.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cluster.client.events import EventRecorder
from cluster.kubelet.eviction import MEMORY_AVAILABLE, NODEFS_AVAILABLE, NODEFS_INODES_FREE, PID_AVAILABLE, Signal, unused_images
from cluster.kubelet.node_context import Burden
from cluster.machinery.cri import ContainerRuntime, ContainerState
from cluster.machinery.meta import Obj
from cluster.machinery.pod_resources import EPHEMERAL_STORAGE, MEMORY
from cluster.machinery.quantity import value
from cluster.machinery.usage import SYSTEM

SYSTEM_DISK = 4 << 30
"""Bytes of a node's disk that its own system takes."""
BYTES_PER_INODE = 16 << 10
SYSTEM_INODES, SYSTEM_PIDS = 200_000, 150
MAX_PIDS = 32_768
"""Processes that a machine can have (``kernel.pid_max``)."""
IMAGE_GC_HIGH, IMAGE_GC_LOW = 0.85, 0.80
"""Shares of the disk from which images are removed, and down to which."""


class NodeMeasuring:
    """Of one node. ``burden``: what something beside the pods takes."""

    def __init__(self, node: Callable[[], Obj], runtime: ContainerRuntime, recorder: EventRecorder, burden: Burden) -> None:
        self._node, self._runtime, self._recorder, self.burden = node, runtime, recorder, burden

    def signals(self, uids: Sequence[str], *, with_processes: bool) -> dict[str, Signal]:
        """Measure. ``uids``: of the node's pods. A disk that is nearly full loses images first that nobody uses."""
        capacity = (self._node().get("status") or {}).get("capacity") or {}
        found = {PID_AVAILABLE.signal: self._pids()} if with_processes else {}
        if MEMORY in capacity:
            found[MEMORY_AVAILABLE.signal] = self._memory(value(str(capacity[MEMORY])), uids)
        if EPHEMERAL_STORAGE in capacity:
            disk = value(str(capacity[EPHEMERAL_STORAGE]))
            found[NODEFS_AVAILABLE.signal] = found["imagefs.available"] = self._disk(disk)
            found[NODEFS_INODES_FREE.signal] = found["imagefs.inodesFree"] = self._inodes(disk // BYTES_PER_INODE)
        return found

    def container_memory(self, uid: str) -> dict[str, int]:
        """Return the bytes of memory that each running container of a pod uses."""
        running = (c for c in self._runtime.list_containers(uid) if c.state is ContainerState.RUNNING)
        return {c.name: usage.memory for c in running if (usage := self._runtime.container_stats(c.id)) is not None}

    def container_processes(self, uid: str) -> dict[str, int]:
        """Return the processes of each running container of a pod."""
        return {c.name: 1 for c in self._runtime.list_containers(uid) if c.state is ContainerState.RUNNING}

    def _memory(self, capacity: int, uids: Sequence[str]) -> Signal:
        used = sum(sum(self.container_memory(uid).values()) for uid in uids)
        return Signal(capacity - SYSTEM.memory - self.burden.memory - used, capacity)

    def _inodes(self, capacity: int) -> Signal:
        return Signal(capacity - SYSTEM_INODES - self.burden.inodes, capacity)

    def _pids(self) -> Signal:
        used = sum(1 + len(self.container_processes(sandbox.uid)) for sandbox in self._runtime.list_pod_sandbox())
        return Signal(MAX_PIDS - SYSTEM_PIDS - self.burden.pids - used, MAX_PIDS)

    def _disk(self, capacity: int) -> Signal:
        images = [(image.tag, image.size) for image in self._runtime.list_images()]
        used = SYSTEM_DISK + self.burden.disk + sum(size for _, size in images)
        if used >= capacity * IMAGE_GC_HIGH:
            used -= self._free_images(images, int(used - capacity * IMAGE_GC_LOW))
        return Signal(capacity - used, capacity)

    def _free_images(self, images: list[tuple[str, int]], needed: int) -> int:
        in_use = {c.image for sandbox in self._runtime.list_pod_sandbox() for c in self._runtime.list_containers(sandbox.uid)}
        sizes, freed = dict(images), 0
        for name in unused_images(images, in_use, needed):
            self._runtime.remove_image(name)
            freed += sizes[name]
        if freed < needed:
            name = self._node()["metadata"]["name"]
            words = f"Attempted to free {needed} bytes, but only found {freed} bytes eligible to free."
            message = f"Failed to garbage collect required amount of images. {words}"
            self._recorder.event({"kind": "Node", "metadata": {"name": name, "uid": name}}, "Warning", "FreeDiskSpaceFailed", message)
        return freed
