"""The life of containers: created, running, exited.

The real containerd runs a task for each started container, and hears of its end from the shim. Here ``tasks`` runs it and tells.

Upstream: ``github.com/containerd/containerd``, ``internal/cri/server/container_create.go``, ``container_start.go``, ``container_stop.go``.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.container_runtime import log_writer
from cluster.container_runtime.image_table import ImageTable
from cluster.container_runtime.metadata import Metadata
from cluster.container_runtime.records import ContainerRecord, PodRecord
from cluster.container_runtime.tasks import SIGKILL_CODE, Surroundings, Tasks
from cluster.container_runtime.users import user_of
from cluster.engine.timers import Timer
from cluster.machinery.cri import (
    NEVER,
    ROOT,
    ContainerConfig,
    ContainerEvent,
    ContainerState,
    CriError,
    EventType,
    Image,
    Reply,
    SandboxState,
)
from cluster.machinery.meta import after

LOST_CODE = 255
"""What containerd reports of a container whose end it has not seen."""
START_CODE = 128
"""What containerd reports of a container that could not be started."""


class Containers:
    """The containers of one node."""

    def __init__(self, around: Surroundings, metadata: Metadata) -> None:
        self._name, self._engine, self._metadata = around.name, around.engine, metadata
        self._table: ImageTable = around.table
        self.tasks = Tasks(around, metadata, self._ended)
        self._starting: set[str] = set()
        self._killings: dict[str, Timer] = {}
        self._stop_replies: dict[str, list[Reply[None]]] = {}
        self.listener: Callable[[ContainerEvent], None] | None = None
        self.closed: Callable[[str], None] | None = None

    def resume(self) -> None:
        """Go on with every running container."""
        for pod, container in self._metadata.running():
            self.tasks.resume(pod, container)

    def pause(self) -> None:
        """Stop acting; what is recorded stays."""
        for timer in self._killings.values():
            timer.cancel()
        self._killings.clear()
        self._stop_replies.clear()
        self.tasks.pause()

    def create(self, container_id: str, pod: PodRecord, config: ContainerConfig, image: Image) -> None:
        """Make a container of an image."""
        container = ContainerRecord(container_id, pod.id, config, image.tag, image.ref, self._engine.clock.now)
        user = user_of(config, self._table.row(image.tag))
        if user is not ROOT:
            container.user = [user.uid, user.gid, *user.supplemental_groups]
        self._metadata.add_container(pod, container)
        self._starting.add(container_id)

    def start_seconds(self, container_id: str) -> float | None:
        """Return how long the start of a created container takes; None: there is none to start."""
        found = self._metadata.container(container_id)
        return self._table.row(found[1].image).start_seconds if found is not None and container_id in self._starting else None

    def start(self, container_id: str) -> CriError | None:
        """Start a created container; its event, and its end if it has ended at once, follow by ``tell_started``."""
        found = self._metadata.container(container_id)
        if found is None or container_id not in self._starting or found[0].state is not SandboxState.READY:
            return not_found(container_id)
        self._starting.discard(container_id)
        pod, container = found
        container.started_at = self._engine.clock.now
        error = self.tasks.begin(pod, container)
        if error is not None:
            container.state, container.exit_code = ContainerState.EXITED, START_CODE
            container.reason, container.message = "StartError", error.message
            container.started_at, container.finished_at = NEVER, self._engine.clock.now
            self._metadata.write(pod)
            return error
        container.state = ContainerState.RUNNING
        self.tasks.remember(container)
        self._metadata.write(pod)
        return None

    def tell_started(self, container_id: str) -> None:
        """Tell the listener that a container has started, and let it go on."""
        found = self._metadata.container(container_id)
        if found is not None:
            self._tell(EventType.STARTED, *found)
            self.tasks.first_run(container_id)

    def stop(self, container_id: str, timeout: float, reply: Reply[None]) -> None:
        """Send SIGTERM, and SIGKILL after ``timeout`` seconds; replies when it has exited."""
        found = self._metadata.container(container_id)
        if found is None or not found[1].is_running:
            reply(None)
            return
        pod, container = found
        self._stop_replies.setdefault(container_id, []).append(reply)
        killing = self._killings.get(container_id)
        when = after(self._engine.clock.now, timeout)
        if killing is None or killing.when > when:
            if killing is not None:
                killing.cancel()
            self._killings[container_id] = self._engine.after(timeout, self._name, lambda: self.kill(pod, container))
        if killing is None:
            self.tasks.signal(container_id, "TERM")

    def remove(self, container_id: str) -> None:
        """Forget an exited container. Harmless when done before."""
        self._starting.discard(container_id)
        self._metadata.remove_container(container_id)

    def kill(self, pod: PodRecord, container: ContainerRecord, *, is_written: bool = True) -> None:
        """Kill a running container, as ``kill -9`` would."""
        self._exit(pod, container, SIGKILL_CODE, "", is_written=is_written)

    def kill_all(self, pod: PodRecord) -> None:
        """Kill what runs in a pod; whoever asks writes its record."""
        for container in [container for container in pod.containers if container.is_running]:
            self.kill(pod, container, is_written=False)

    def _ended(self, pod: PodRecord, container: ContainerRecord, code: int, reason: str) -> None:
        self._exit(pod, container, code, reason, is_written=True)

    def _exit(self, pod: PodRecord, container: ContainerRecord, code: int, reason: str, *, is_written: bool) -> None:
        if not container.is_running:
            return
        killing = self._killings.pop(container.id, None)
        if killing is not None:
            killing.cancel()
        container.state, container.exit_code = ContainerState.EXITED, code
        container.finished_at, container.reason = self._engine.clock.now, reason or ("Completed" if code == 0 else "Error")
        self.tasks.forget(container.id)
        log_writer.finish(container, container.finished_at)
        if is_written:
            self._metadata.write(pod)
        for reply in self._stop_replies.pop(container.id, ()):
            reply(None)
        if self.closed is not None:
            self.closed(container.id)
        self._tell(EventType.DIED, pod, container)

    def _tell(self, kind: EventType, pod: PodRecord, container: ContainerRecord) -> None:
        if self.listener is not None:
            self.listener(ContainerEvent(kind, pod.uid, container.status))


def not_found(container_id: str) -> CriError:
    """Return containerd's words for a container that it does not know."""
    return CriError("NotFound", f'an error occurred when try to find container "{container_id}": not found')
