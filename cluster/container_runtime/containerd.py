"""The simulated containerd of one node: CRI calls in, simulated time, records on the node's storage.

The real containerd runs processes through runc. This one sets a timer for each thing that takes time and keeps one record
per pod; a restarted process reads the records and goes on: a container that has 3 of its 5 seconds left ends in 3 seconds.
Calls that are under way when the process ends are forgotten, as those of a crashed containerd; the kubelet asks again.
A created container that has not started yet is kept in memory only, for the same reason.

This module is the service: it finds what a call is about and hands it on along containerd's own seams, ``sandboxes``, ``containers``,
``image_store``, ``streaming`` and ``listeners``.

Upstream: ``github.com/containerd/containerd``, ``internal/cri/server``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from cluster.container_runtime import durations
from cluster.container_runtime.containers import LOST_CODE, Containers, not_found
from cluster.container_runtime.image_file import image_table
from cluster.container_runtime.image_store import ImageStore
from cluster.container_runtime.image_table import ImageTable
from cluster.container_runtime.listeners import Listeners
from cluster.container_runtime.log_writer import all_lines, moment_of
from cluster.container_runtime.metadata import Metadata
from cluster.container_runtime.sandboxes import Sandboxes, new_id
from cluster.container_runtime.streaming import Streaming
from cluster.container_runtime.tasks import Surroundings
from cluster.engine.engine import Engine
from cluster.engine.timers import Timer
from cluster.machinery.cni import CniPlugin
from cluster.machinery.cri import (
    ContainerConfig,
    ContainerEvent,
    ContainerState,
    ContainerStatus,
    CriError,
    ExecResult,
    Image,
    PodSandboxConfig,
    PodSandboxStatus,
    Process,
    Reply,
    Resources,
    SandboxState,
)
from cluster.machinery.daemons import Daemons, NoDaemons
from cluster.machinery.meta import SimTime
from cluster.machinery.network import Connection, DnsAnswer, DnsQuestion, HttpRequest, HttpResponse, Network, NetworkError, NoNetwork, Peer
from cluster.machinery.node_files import NodeFiles, StoredFiles
from cluster.machinery.node_storage import NodeStorage
from cluster.machinery.steering import stated_use
from cluster.machinery.usage import Usage


class Containerd:
    """A ContainerRuntime and the PodServer of its node. ``start`` before the first call; ``stop`` when the process ends or the power fails.

    ``files``: the node's, where volumes are; ``images``: what images are and do; ``node_ip``: where pods on the host's network are reached.
    """

    def __init__(
        self,
        node: str,
        engine: Engine,
        storage: NodeStorage,
        cni: CniPlugin,
        files: NodeFiles | None = None,
        network: Network | None = None,
        daemons: Daemons | None = None,
        node_ip: Callable[[], str] = lambda: "",
        images: ImageTable | None = None,
    ) -> None:
        self._name, self._engine, self._storage, self._cni, self._node_ip = f"node/{node}/containerd", engine, storage, cni, node_ip
        self._node = node
        table = images or image_table()
        around = Surroundings(node, engine, table, files or StoredFiles(storage), network or NoNetwork(), daemons or NoDaemons(), node_ip)
        self._metadata = Metadata(storage, engine.clock)
        self._images = ImageStore(storage, table)
        self._containers = Containers(around, self._metadata)
        self._tasks = self._containers.tasks
        self._sandboxes = Sandboxes(engine, self._metadata, self._containers, cni)
        self._streaming = Streaming(self._name, engine, self._metadata, self._tasks)
        self._listeners = self._tasks.server = Listeners(self._name, engine, self._metadata, self._tasks, node_ip)
        self._containers.closed = self._streaming.close
        self._calls: dict[int, Timer] = {}

    def start(self) -> None:
        """Read the records and go on with every running container."""
        self._images.load()
        self._metadata.load()
        self._containers.resume()

    def stop(self) -> None:
        """Stop acting; what is recorded stays."""
        for timer in self._calls.values():
            timer.cancel()
        self._calls.clear()
        self._containers.pause()

    def mark_lost(self) -> None:
        """After a loss of power, before ``start``: no sandbox is ready and what ran has ended with an unknown code."""
        lost = Metadata(self._storage, self._engine.clock)
        lost.load()
        for pod in lost.pods.values():
            pod.state = SandboxState.NOTREADY
            for container in pod.containers:
                if container.is_running:
                    container.state, container.reason, container.exit_code = ContainerState.EXITED, "Unknown", LOST_CODE
                    container.finished_at, container.task = self._engine.clock.now, None
            lost.write(pod)

    def kill(self, pod_uid: str, name: str) -> bool:
        """Kill the running container ``name`` of a pod from outside, as ``kill -9`` would; False: it does not run."""
        pod = self._metadata.pods.get(pod_uid)
        for container in pod.containers if pod else ():
            if pod and container.config.name == name and container.is_running:
                self._containers.kill(pod, container)
                return True
        return False

    def trouble(self, pod_uid: str, name: str, trouble: str, container_id: str = "") -> None:
        """Let something be wrong with the containers ``name`` of a pod (``trouble.py``; empty: nothing), or with one of them alone."""
        pod = self._metadata.pods.get(pod_uid)
        if pod is None:
            return
        rest = {key: value for key, value in pod.troubles.items() if key != name}
        troubles = rest | ({name: [trouble, container_id]} if trouble else {})
        if troubles != pod.troubles:
            pod.troubles = troubles
            self._metadata.write(pod)
            for container in pod.containers:
                if container.config.name == name:
                    self._tasks.trouble_changed(container.id)

    def update_runtime_config(self, pod_cidr: str) -> None:
        """Hand the node's address range on to the network plugin."""
        self._cni.configure(pod_cidr)

    def run_pod_sandbox(self, config: PodSandboxConfig, reply: Reply[str]) -> None:
        """Make a sandbox and connect it to the network; replies with its id."""
        self._call(durations.RUN_POD_SANDBOX, lambda: reply(self._sandboxes.run(config)))

    def stop_pod_sandbox(self, sandbox_id: str, reply: Reply[None]) -> None:
        """Kill what still runs in it and disconnect it. Harmless when done before."""
        self._sandboxes.stop(sandbox_id)
        reply(None)

    def remove_pod_sandbox(self, sandbox_id: str, reply: Reply[None]) -> None:
        """Forget a sandbox and its containers. Harmless when done before."""
        self._sandboxes.remove(sandbox_id)
        reply(None)

    def list_pod_sandbox(self) -> list[PodSandboxStatus]:
        """Return all sandboxes, oldest first."""
        return [pod.status for pod in self._metadata.pods.values()]

    def pod_sandbox_status(self, pod_uid: str) -> PodSandboxStatus | None:
        """Return the newest sandbox of a pod, or None."""
        pod = self._metadata.pods.get(pod_uid)
        return pod.status if pod is not None else None

    def create_container(self, sandbox_id: str, config: ContainerConfig, reply: Reply[str]) -> None:
        """Make a container of an image that is present; replies with its id."""
        pod, image = self._metadata.sandbox(sandbox_id), self._images.get(config.image)
        if pod is None or pod.state is not SandboxState.READY:
            reply(CriError("NotFound", f'failed to find sandbox id "{sandbox_id}": not found'))
            return
        if image is None:
            reply(CriError("NotFound", f'failed to resolve image "{config.image}": not found'))
            return
        container_id = new_id(self._engine)
        self._containers.create(container_id, pod, config, image)
        reply(container_id)

    def start_container(self, container_id: str, reply: Reply[None]) -> None:
        """Start a created container."""
        seconds = self._containers.start_seconds(container_id)
        if seconds is None:
            reply(not_found(container_id))
            return

        def started() -> None:
            error = self._containers.start(container_id)
            reply(error)
            if error is None:
                self._containers.tell_started(container_id)

        self._call(seconds, started)

    def stop_container(self, container_id: str, timeout: float, reply: Reply[None]) -> None:
        """Send SIGTERM, and SIGKILL after ``timeout`` seconds; replies when it has exited."""
        self._containers.stop(container_id, timeout, reply)

    def remove_container(self, container_id: str, reply: Reply[None]) -> None:
        """Forget an exited container. Harmless when done before. Written down with the pod's next change."""
        self._containers.remove(container_id)
        reply(None)

    def list_containers(self, pod_uid: str) -> list[ContainerStatus]:
        """Return the containers of a pod that have not been removed, oldest first."""
        pod = self._metadata.pods.get(pod_uid)
        return [container.status for container in pod.containers] if pod is not None else []

    def container_status(self, container_id: str) -> ContainerStatus | None:
        """Return one container, or None."""
        found = self._metadata.container(container_id)
        return found[1].status if found is not None else None

    def container_log(self, container_id: str) -> list[tuple[SimTime, str]]:
        """Return what a container has written so far as (moment, line)."""
        found = self._metadata.container(container_id)
        if found is None:
            return []
        until = found[1].finished_at or self._engine.clock.now
        return [(moment_of(line), str(line[1])) for line in all_lines(self._storage, found[1])[1] if moment_of(line) <= until]

    def pull_image(self, image: str, config: PodSandboxConfig, reply: Reply[Image]) -> None:
        """Fetch an image for a pod; replies with it. ``config`` says which pod, for credentials and the trace."""
        self._call(self._images.pull_seconds(image), lambda: reply(self._images.pull(image)))

    def image_status(self, image: str) -> Image | None:
        """Return an image that is on the node, or None."""
        return self._images.get(image)

    def list_images(self) -> list[Image]:
        """Return the images on the node, by name."""
        return self._images.list()

    def remove_image(self, image: str) -> None:
        """Remove an image that no container uses. Harmless when done before."""
        found = self._images.get(image)
        if found is not None and not self._metadata.uses_image(found.ref):
            self._images.remove(found)

    def get_container_events(self, listener: Callable[[ContainerEvent], None]) -> None:
        """Tell ``listener`` of every container that starts or dies."""
        self._containers.listener = listener

    def exec_sync(self, container_id: str, argv: Sequence[str], timeout: float, reply: Reply[ExecResult]) -> None:
        """Run a command and reply with what it wrote; CriError ``DeadlineExceeded`` after ``timeout`` seconds (0: never)."""
        self._streaming.exec_sync(container_id, argv, timeout, reply)

    def exec(self, container_id: str, argv: Sequence[str], *, stdin: bool, tty: bool) -> Process | CriError:
        """Start a command beside the container's own."""
        return self._streaming.exec(container_id, argv, stdin=stdin, tty=tty)

    def attach(self, container_id: str, *, stdin: bool) -> Process | CriError:
        """Connect to the container's own process; what it wrote before is not seen."""
        return self._streaming.attach(container_id, stdin=stdin)

    def port_forward(self, sandbox_id: str, port: int) -> Connection | CriError:
        """Connect to a port on the sandbox's localhost."""
        pod = self._metadata.sandbox(sandbox_id)
        if pod is None or pod.state is not SandboxState.READY:
            return CriError("NotFound", f'failed to find sandbox "{sandbox_id}" in store: not found')
        ip = pod.ip or self._node_ip()
        try:
            return self._listeners.connect(ip, port, Peer(self._node, ip, pod.key))
        except NetworkError as error:
            place = f"/var/run/netns/cni-{UUID(hex=sandbox_id[:32])}" if pod.ip else "host"
            failure = f'failed to connect to localhost:{port} inside namespace "{sandbox_id}"'
            words = f"IPv4: dial tcp4 127.0.0.1:{port}: connect: {error} IPv6 dial tcp6: address localhost: no suitable address found"
            return CriError("Unknown", f'failed to execute portforward in network namespace "{place}": {failure}, {words}')

    def container_stats(self, container_id: str) -> Usage | None:
        """Return what a container uses at this moment, or None."""
        task = self._tasks.get(container_id)
        return self._tasks.usage(task) if task is not None else None

    def update_container_resources(self, container_id: str, resources: Resources, annotations: Mapping[str, str]) -> None:
        """Hold a running container to other limits. ``annotations``: what its pod states of its use now."""
        found = self._metadata.container(container_id)
        if found is None:
            return
        pod, container = found
        before, stated = stated_use(pod.annotations), stated_use(annotations)
        if container.config.resources != resources or before != stated:
            container.config = replace(container.config, resources=resources)
            pod.annotations = stated
            self._metadata.write(pod)
        self._tasks.replan(container_id)

    def write_back(self) -> None:
        """Write down now which requests containers have answered in the last second."""
        self._tasks.write_back()

    def http(self, ip: str, port: int, peer: Peer, request: HttpRequest) -> HttpResponse:
        """Let what listens on a port of the sandbox with this address answer. Raises NetworkError."""
        return self._listeners.http(ip, port, peer, request)

    def connect(self, ip: str, port: int, peer: Peer) -> Connection:
        """Accept a TCP connection. Raises NetworkError."""
        return self._listeners.connect(ip, port, peer)

    def lookup(self, ip: str, peer: Peer, question: DnsQuestion) -> DnsAnswer:
        """Let what listens on UDP port 53 answer. Raises NetworkError."""
        return self._listeners.lookup(ip, peer, question)

    def _call(self, seconds: float, call: Callable[[], None]) -> None:
        def due() -> None:
            self._calls.pop(id(timer), None)
            call()

        timer = self._engine.after(seconds, self._name, due)
        self._calls[id(timer)] = timer
