"""The simulated containerd of one node: CRI calls in, simulated time, records on the node's storage.

The real containerd runs processes through runc. This one sets a timer for each thing that takes time and keeps one record
per pod; a restarted process reads the records and goes on: a container that has 3 of its 5 seconds left ends in 3 seconds.
Calls that are under way when the process ends are forgotten, as those of a crashed containerd; the kubelet asks again.
A created container that has not started yet is kept in memory only, for the same reason.

Upstream: ``github.com/containerd/containerd``, ``internal/cri/server``.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.container_runtime import durations
from cluster.container_runtime.behaviour import Behaviour, behaviour
from cluster.container_runtime.image_store import ImageStore
from cluster.container_runtime.records import ContainerRecord, PodRecord, from_obj, to_obj
from cluster.engine.engine import Engine
from cluster.engine.timers import Timer
from cluster.machinery.cni import Attachment, CniError, CniPlugin
from cluster.machinery.cri import (
    ContainerConfig,
    ContainerEvent,
    ContainerState,
    ContainerStatus,
    CriError,
    EventType,
    Image,
    PodSandboxConfig,
    PodSandboxStatus,
    Reply,
    SandboxState,
)
from cluster.machinery.meta import SECOND, SimTime, after
from cluster.machinery.node_storage import NodeStorage

SIGKILL_CODE = 137
"""128 + 9."""
LOST_CODE = 255
"""What containerd reports of a container whose end it has not seen."""
STEERING = "simulation.podium/"
"""Prefix of the annotations that are kept with a sandbox."""


class Containerd:
    """A ContainerRuntime. ``start`` before the first call; ``stop`` when the process ends or the node loses its power."""

    def __init__(self, node: str, engine: Engine, storage: NodeStorage, cni: CniPlugin) -> None:
        self._name, self._engine, self._storage, self._cni = f"node/{node}/containerd", engine, storage, cni
        self._images = ImageStore(storage)
        self._pods: dict[str, PodRecord] = {}
        self._containers: dict[str, tuple[PodRecord, ContainerRecord, Behaviour | None]] = {}
        self._endings: dict[str, Timer] = {}
        self._stop_replies: dict[str, list[Reply[None]]] = {}
        self._calls: dict[int, Timer] = {}
        self._listener: Callable[[ContainerEvent], None] | None = None

    def start(self) -> None:
        """Read the records and go on with every running container."""
        self._images.load()
        self._pods = {pod.uid: pod for pod in sorted((from_obj(o) for _, o in self._storage.list("pods/")), key=lambda p: p.created_at)}
        self._containers = {c.id: (pod, c, None) for pod in self._pods.values() for c in pod.containers}
        for pod, container, _ in self._containers.values():
            self._plan_end(pod, container)

    def stop(self) -> None:
        """Stop acting; what is recorded stays."""
        for timer in (*self._endings.values(), *self._calls.values()):
            timer.cancel()
        self._endings.clear()
        self._calls.clear()
        self._stop_replies.clear()

    def mark_lost(self) -> None:
        """After a loss of power, before ``start``: no sandbox is ready and what ran has ended with an unknown code."""
        for key, obj in self._storage.list("pods/"):
            pod = from_obj(obj)
            pod.state = SandboxState.NOTREADY
            for container in pod.containers:
                if container.state is ContainerState.RUNNING:
                    container.state, container.reason, container.exit_code = ContainerState.EXITED, "Unknown", LOST_CODE
                    container.finished_at = self._engine.clock.now
            self._storage.put(key, to_obj(pod))

    def kill(self, pod_uid: str, name: str) -> bool:
        """Kill the running container ``name`` of a pod from outside, as ``kill -9`` would; False: it does not run."""
        pod = self._pods.get(pod_uid)
        for container in pod.containers if pod else ():
            if pod and container.name == name and container.state is ContainerState.RUNNING:
                self._exit(pod, container, SIGKILL_CODE)
                return True
        return False

    def update_runtime_config(self, pod_cidr: str) -> None:
        """Hand the node's address range on to the network plugin."""
        self._cni.configure(pod_cidr)

    def run_pod_sandbox(self, config: PodSandboxConfig, reply: Reply[str]) -> None:
        """Make a sandbox and connect it to the network; replies with its id."""
        self._call(durations.RUN_POD_SANDBOX, lambda: reply(self._made_sandbox(config)))

    def _made_sandbox(self, config: PodSandboxConfig) -> str | CriError:
        sandbox_id = self._new_id()
        address = ""
        if not config.host_network:
            try:
                address = self._cni.add(Attachment(sandbox_id, config.namespace, config.name))
            except CniError as error:
                return CriError("Unknown", f'failed to setup network for sandbox "{sandbox_id}": {error}')
        before = self._pods.get(config.uid)
        annotations = {key: value for key, value in config.annotations.items() if key.startswith(STEERING)}
        pod = PodRecord(
            sandbox_id,
            config.namespace,
            config.name,
            config.uid,
            config.attempt,
            self._engine.clock.now,
            address,
            not config.host_network,
            annotations=annotations,
            containers=before.containers if before else [],
        )
        self._pods[config.uid] = pod
        for container in pod.containers:
            self._containers[container.id] = (pod, container, None)
        self._save(pod)
        return sandbox_id

    def stop_pod_sandbox(self, sandbox_id: str, reply: Reply[None]) -> None:
        """Kill what still runs in it and disconnect it. Harmless when done before."""
        pod = self._pod_of_sandbox(sandbox_id)
        if pod is not None and (pod.has_network or pod.state is SandboxState.READY):
            for container in list(pod.containers):
                if container.state is ContainerState.RUNNING:
                    self._exit(pod, container, SIGKILL_CODE, save=False)
            if pod.has_network:
                self._cni.delete(Attachment(pod.id, pod.namespace, pod.name))
            pod.state, pod.has_network = SandboxState.NOTREADY, False
            self._save(pod)
        reply(None)

    def remove_pod_sandbox(self, sandbox_id: str, reply: Reply[None]) -> None:
        """Forget a sandbox and its containers. Harmless when done before."""
        pod = self._pod_of_sandbox(sandbox_id)
        if pod is not None:
            self.stop_pod_sandbox(sandbox_id, _ignore)
            del self._pods[pod.uid]
            for container_id in [key for key, (owner, _, _) in self._containers.items() if owner is pod]:
                del self._containers[container_id]
            self._storage.put(f"pods/{pod.uid}", None)
        reply(None)

    def list_pod_sandbox(self) -> list[PodSandboxStatus]:
        """Return all sandboxes, oldest first."""
        return [pod.status for pod in self._pods.values()]

    def pod_sandbox_status(self, pod_uid: str) -> PodSandboxStatus | None:
        """Return the newest sandbox of a pod, or None."""
        pod = self._pods.get(pod_uid)
        return pod.status if pod is not None else None

    def create_container(self, sandbox_id: str, config: ContainerConfig, reply: Reply[str]) -> None:
        """Make a container of an image that is present; replies with its id."""
        pod, image = self._pod_of_sandbox(sandbox_id), self._images.get(config.image)
        if pod is None or pod.state is not SandboxState.READY:
            reply(CriError("NotFound", f'failed to find sandbox id "{sandbox_id}": not found'))
            return
        if image is None:
            reply(CriError("NotFound", f'failed to resolve image "{config.image}": not found'))
            return
        now = self._engine.clock.now
        container = ContainerRecord(self._new_id(), sandbox_id, config.name, config.attempt, image.tag, image.ref, now)
        pod.containers.append(container)
        self._containers[container.id] = (pod, container, behaviour(config, pod.annotations))
        reply(container.id)

    def start_container(self, container_id: str, reply: Reply[None]) -> None:
        """Start a created container."""
        found = self._containers.get(container_id)
        if found is None or found[2] is None:
            reply(CriError("NotFound", f'an error occurred when try to find container "{container_id}": not found'))
            return
        plan = found[2]
        self._call(plan.start_seconds, lambda: self._started(container_id, plan, reply))

    def _started(self, container_id: str, plan: Behaviour, reply: Reply[None]) -> None:
        found = self._containers.get(container_id)
        if found is None or found[0].state is not SandboxState.READY:
            reply(CriError("NotFound", f'an error occurred when try to find container "{container_id}": not found'))
            return
        pod, container, _ = found
        container.state, container.started_at = ContainerState.RUNNING, self._engine.clock.now
        container.run_seconds, container.planned_code = plan.run_seconds, plan.exit_code
        container.stop_seconds, container.stop_code = plan.stop_seconds, plan.stop_code
        container.log = [(after(container.started_at, seconds), line) for seconds, line in plan.log]
        self._save(pod)
        self._plan_end(pod, container)
        reply(None)
        self._tell(EventType.STARTED, pod, container)

    def stop_container(self, container_id: str, timeout: float, reply: Reply[None]) -> None:
        """Send SIGTERM, and SIGKILL after ``timeout`` seconds; replies when it has exited."""
        found = self._containers.get(container_id)
        if found is None or found[1].state is not ContainerState.RUNNING:
            reply(None)
            return
        pod, container, _ = found
        self._stop_replies.setdefault(container_id, []).append(reply)
        seconds, code = timeout, SIGKILL_CODE
        if container.stop_seconds is not None and container.stop_seconds <= timeout:
            seconds, code = container.stop_seconds, container.stop_code
        self._end_at(pod, container, after(self._engine.clock.now, seconds), code)

    def remove_container(self, container_id: str, reply: Reply[None]) -> None:
        """Forget an exited container. Harmless when done before. Written down with the pod's next change."""
        found = self._containers.pop(container_id, None)
        if found is not None:
            found[0].containers.remove(found[1])
        reply(None)

    def list_containers(self, pod_uid: str) -> list[ContainerStatus]:
        """Return the containers of a pod that have not been removed, oldest first."""
        pod = self._pods.get(pod_uid)
        return [container.status for container in pod.containers] if pod is not None else []

    def container_status(self, container_id: str) -> ContainerStatus | None:
        """Return one container, or None."""
        found = self._containers.get(container_id)
        return found[1].status if found is not None else None

    def container_log(self, container_id: str) -> list[tuple[SimTime, str]]:
        """Return what a container has written so far as (moment, line)."""
        found = self._containers.get(container_id)
        if found is None:
            return []
        until = found[1].finished_at or self._engine.clock.now
        return [(at, line) for at, line in found[1].log if at <= until]

    def pull_image(self, image: str, config: PodSandboxConfig, reply: Reply[Image]) -> None:
        """Fetch an image for a pod; replies with it. ``config`` says which pod, for credentials and the trace."""
        self._call(self._images.pull_seconds(image), lambda: reply(self._images.pull(image)))

    def image_status(self, image: str) -> Image | None:
        """Return an image that is on the node, or None."""
        return self._images.get(image)

    def list_images(self) -> list[Image]:
        """Return the images on the node, by name."""
        return self._images.list()

    def get_container_events(self, listener: Callable[[ContainerEvent], None]) -> None:
        """Tell ``listener`` of every container that starts or dies."""
        self._listener = listener

    def _call(self, seconds: float, call: Callable[[], None]) -> None:
        def due() -> None:
            self._calls.pop(id(timer), None)
            call()

        timer = self._engine.after(seconds, self._name, due)
        self._calls[id(timer)] = timer

    def _plan_end(self, pod: PodRecord, container: ContainerRecord) -> None:
        if container.state is ContainerState.RUNNING and (when := container.ends_at) is not None:
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
            self._save(pod)
        for reply in self._stop_replies.pop(container.id, ()):
            reply(None)
        self._tell(EventType.DIED, pod, container)

    def _tell(self, kind: EventType, pod: PodRecord, container: ContainerRecord) -> None:
        if self._listener is not None:
            self._listener(ContainerEvent(kind, pod.uid, container.status))

    def _pod_of_sandbox(self, sandbox_id: str) -> PodRecord | None:
        return next((pod for pod in self._pods.values() if pod.id == sandbox_id), None)

    def _save(self, pod: PodRecord) -> None:
        self._storage.put(f"pods/{pod.uid}", to_obj(pod))

    def _new_id(self) -> str:
        return f"{self._engine.rng.source.getrandbits(256):064x}"


def _ignore(_: object) -> None:
    """A reply that nobody waits for."""
