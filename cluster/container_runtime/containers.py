"""The life of containers: created, running, exited.

The real containerd runs a task, a process of runc's making, for each started container. Here a container goes by what is planned when it
starts; a timer ends it, and a restarted process sets the timer anew for what is left.

Upstream: ``github.com/containerd/containerd``, ``internal/cri/server/container_create.go``, ``container_start.go``, ``container_stop.go``.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.container_runtime.behaviour import Behaviour, behaviour
from cluster.container_runtime.metadata import Metadata
from cluster.container_runtime.records import ContainerRecord, PodRecord
from cluster.engine.engine import Engine
from cluster.engine.timers import Timer
from cluster.machinery.cri import (
    ContainerConfig,
    ContainerEvent,
    ContainerState,
    CriError,
    EventType,
    Image,
    Reply,
    SandboxState,
)
from cluster.machinery.meta import SECOND, SimTime, after

SIGKILL_CODE = 137
"""128 + 9."""
LOST_CODE = 255
"""What containerd reports of a container whose end it has not seen."""


class Containers:
    """The containers of one node. ``name``: whose steps their timers are."""

    def __init__(self, name: str, engine: Engine, metadata: Metadata) -> None:
        self._name, self._engine, self._metadata = name, engine, metadata
        self._plans: dict[str, Behaviour] = {}
        self._endings: dict[str, Timer] = {}
        self._stop_replies: dict[str, list[Reply[None]]] = {}
        self.listener: Callable[[ContainerEvent], None] | None = None

    def resume(self) -> None:
        """Go on with every running container."""
        for pod, container in self._metadata.running():
            self._plan_end(pod, container)

    def pause(self) -> None:
        """Stop acting; what is recorded stays."""
        for timer in self._endings.values():
            timer.cancel()
        self._endings.clear()
        self._stop_replies.clear()

    def create(self, container_id: str, pod: PodRecord, config: ContainerConfig, image: Image) -> None:
        """Make a container of an image."""
        container = ContainerRecord(container_id, pod.id, config, image.tag, image.ref, self._engine.clock.now)
        self._metadata.add_container(pod, container)
        self._plans[container_id] = behaviour(config, pod.annotations)

    def start_seconds(self, container_id: str) -> float | None:
        """Return how long the start of a created container takes; None: there is none to start."""
        plan = self._plans.get(container_id)
        return plan.start_seconds if plan is not None else None

    def start(self, container_id: str) -> CriError | None:
        """Start a created container; its event follows by ``tell_started``."""
        found, plan = self._metadata.container(container_id), self._plans.pop(container_id, None)
        if found is None or plan is None or found[0].state is not SandboxState.READY:
            return not_found(container_id)
        pod, container = found
        container.state, container.started_at = ContainerState.RUNNING, self._engine.clock.now
        container.run_seconds, container.planned_code = plan.run_seconds, plan.exit_code
        container.stop_seconds, container.stop_code = plan.stop_seconds, plan.stop_code
        container.log = [(after(container.started_at, seconds), line) for seconds, line in plan.log]
        self._metadata.write(pod)
        self._plan_end(pod, container)
        return None

    def tell_started(self, container_id: str) -> None:
        """Tell the listener that a container has started."""
        found = self._metadata.container(container_id)
        if found is not None:
            self._tell(EventType.STARTED, *found)

    def stop(self, container_id: str, timeout: float, reply: Reply[None]) -> None:
        """Send SIGTERM, and SIGKILL after ``timeout`` seconds; replies when it has exited."""
        found = self._metadata.container(container_id)
        if found is None or not found[1].is_running:
            reply(None)
            return
        pod, container = found
        self._stop_replies.setdefault(container_id, []).append(reply)
        seconds, code = timeout, SIGKILL_CODE
        if container.stop_seconds is not None and container.stop_seconds <= timeout:
            seconds, code = container.stop_seconds, container.stop_code
        self._end_at(pod, container, after(self._engine.clock.now, seconds), code)

    def remove(self, container_id: str) -> None:
        """Forget an exited container. Harmless when done before."""
        self._plans.pop(container_id, None)
        self._metadata.remove_container(container_id)

    def kill(self, pod: PodRecord, container: ContainerRecord, *, save: bool = True) -> None:
        """Kill a running container, as ``kill -9`` would."""
        self._exit(pod, container, SIGKILL_CODE, save=save)

    def kill_all(self, pod: PodRecord) -> None:
        """Kill what runs in a pod; whoever asks writes its record."""
        for container in [container for container in pod.containers if container.is_running]:
            self.kill(pod, container, save=False)

    def _plan_end(self, pod: PodRecord, container: ContainerRecord) -> None:
        when = container.ends_at
        if when is not None:
            self._end_at(pod, container, when, container.planned_code)

    def _end_at(self, pod: PodRecord, container: ContainerRecord, when: SimTime, code: int) -> None:
        planned = self._endings.get(container.id)
        if planned is not None and planned.when <= when:
            return
        if planned is not None:
            planned.cancel()
        seconds = (when - self._engine.clock.now) / SECOND
        self._endings[container.id] = self._engine.after(seconds, self._name, lambda: self._exit(pod, container, code))

    def _exit(self, pod: PodRecord, container: ContainerRecord, code: int, *, save: bool = True) -> None:
        planned = self._endings.pop(container.id, None)
        if planned is not None:
            planned.cancel()
        container.state, container.exit_code = ContainerState.EXITED, code
        container.finished_at, container.reason = self._engine.clock.now, "Completed" if code == 0 else "Error"
        if save:
            self._metadata.write(pod)
        for reply in self._stop_replies.pop(container.id, ()):
            reply(None)
        self._tell(EventType.DIED, pod, container)

    def _tell(self, kind: EventType, pod: PodRecord, container: ContainerRecord) -> None:
        if self.listener is not None:
            self.listener(ContainerEvent(kind, pod.uid, container.status))


def not_found(container_id: str) -> CriError:
    """Return containerd's words for a container that it does not know."""
    return CriError("NotFound", f'an error occurred when try to find container "{container_id}": not found')
