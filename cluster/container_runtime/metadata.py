"""Which sandboxes and containers there are on a node: containerd's metadata store, in memory and on the node's disk.

The real one is a bolt database (``io.containerd.metadata.v1.bolt``). Memory holds what the records say, and besides the containers that
have been created and not started, which a crash forgets; the kubelet creates them again.
"""

from __future__ import annotations

from cluster.container_runtime.log_writer import CHUNK_LINES, move_chunks, remove_chunks
from cluster.container_runtime.records import ContainerRecord, PodRecord, from_obj, to_obj
from cluster.engine.clock import Clock
from cluster.machinery.cri import SandboxState
from cluster.machinery.node_storage import NodeStorage


class Metadata:
    """The sandboxes of one node by the pod's uid, oldest first, and their containers by id."""

    def __init__(self, storage: NodeStorage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock
        self.pods: dict[str, PodRecord] = {}
        self._containers: dict[str, tuple[PodRecord, ContainerRecord]] = {}
        self._sandboxes: dict[str, PodRecord] = {}

    def load(self) -> None:
        """Read the records."""
        self.pods, self._containers, self._sandboxes = {}, {}, {}
        for pod in sorted((from_obj(obj) for _, obj in self._storage.list("pods/")), key=lambda pod: pod.created_at):
            self.add(pod)

    def add(self, pod: PodRecord) -> None:
        """Know a sandbox and its containers; a pod's newer sandbox takes the older one's place."""
        before = self.pods.get(pod.uid)
        if before is not None:
            self._sandboxes.pop(before.id, None)
        self.pods[pod.uid] = pod
        self._sandboxes[pod.id] = pod
        for container in pod.containers:
            self._containers[container.id] = (pod, container)

    def add_container(self, pod: PodRecord, container: ContainerRecord) -> None:
        """Know a container of a sandbox."""
        pod.containers.append(container)
        self._containers[container.id] = (pod, container)

    def remove_container(self, container_id: str) -> None:
        """Forget a container. Written down with the pod's next change."""
        found = self._containers.pop(container_id, None)
        if found is not None:
            found[0].containers.remove(found[1])
            remove_chunks(self._storage, found[1])

    def remove(self, pod: PodRecord) -> None:
        """Forget a sandbox and its containers, on the disk too."""
        del self.pods[pod.uid]
        self._sandboxes.pop(pod.id, None)
        for container in pod.containers:
            self._containers.pop(container.id, None)
            remove_chunks(self._storage, container)
        self._storage.put(f"pods/{pod.uid}", None)

    def sandbox(self, sandbox_id: str) -> PodRecord | None:
        """Return the pod of a sandbox, or None."""
        return self._sandboxes.get(sandbox_id)

    def container(self, container_id: str) -> tuple[PodRecord, ContainerRecord] | None:
        """Return a container and its pod, or None."""
        return self._containers.get(container_id)

    def running(self) -> list[tuple[PodRecord, ContainerRecord]]:
        """Return the containers that run, in the order of their pods."""
        return [(pod, container) for pod in self.pods.values() for container in pod.containers if container.is_running]

    def at(self, ip: str) -> list[PodRecord]:
        """Return the pods whose ready sandbox has an address; an empty one: those on the host's network."""
        return [pod for pod in self.pods.values() if pod.ip == ip and pod.state is SandboxState.READY]

    def uses_image(self, ref: str) -> bool:
        """Whether a container that has not been removed was made of an image."""
        return any(container.image_ref == ref for _, container in self._containers.values())

    def write(self, pod: PodRecord) -> None:
        """Write a pod's record, the whole chunks of its logs apart."""
        for container in pod.containers:
            if len(container.log) > CHUNK_LINES:
                move_chunks(self._storage, container, self._clock.now)
        self._storage.put(f"pods/{pod.uid}", to_obj(pod))
