"""CRI: what a kubelet asks of the container runtime. Both sides meet here and nowhere else.

The real interface is gRPC on a local socket; calls block. Here a call that takes time is given a ``reply`` to call with
its result, so that the pod worker goes on when the simulated work is done. Method names are the CRI's, in snake_case.
Upstream: ``staging/src/k8s.io/cri-api/pkg/apis/runtime/v1/api.proto``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol, TypeVar

from cluster.machinery.meta import SimTime
from cluster.machinery.network import Connection
from cluster.machinery.usage import Usage

T = TypeVar("T")

NEVER = SimTime(0)
"""A moment that has not come."""


class SandboxState(StrEnum):
    """Whether a pod's sandbox (its network and other namespaces) lives."""

    READY = "SANDBOX_READY"
    NOTREADY = "SANDBOX_NOTREADY"


class ContainerState(StrEnum):
    """Where a container is in its life."""

    CREATED = "CONTAINER_CREATED"
    RUNNING = "CONTAINER_RUNNING"
    EXITED = "CONTAINER_EXITED"


class PidMode(StrEnum):
    """Whose processes a container sees (NamespaceMode): its own, those of its pod, those of the container that it is put beside."""

    CONTAINER = "CONTAINER"
    POD = "POD"
    TARGET = "TARGET"


class EventType(StrEnum):
    """What the runtime tells of by itself, in the words of the kubelet's PLEG."""

    STARTED = "ContainerStarted"
    DIED = "ContainerDied"


@dataclass(frozen=True, slots=True)
class CriError:
    """A call that failed: gRPC's code and the runtime's words. A kubelet shows the code only when it says something."""

    code: str
    message: str

    def __str__(self) -> str:
        if self.code == "Unknown":
            return self.message
        return f"rpc error: code = {self.code} desc = {self.message}"


@dataclass(frozen=True, slots=True)
class DnsConfig:
    """What is written into a sandbox's ``/etc/resolv.conf``. ``options``: as there, ``ndots:5``."""

    servers: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mount:
    """A file or folder of the node that a container sees at another path. Both paths are absolute."""

    container_path: str
    host_path: str
    readonly: bool = False


@dataclass(frozen=True, slots=True)
class Resources:
    """What a container is promised and held to: processor in thousandths of a core, memory in bytes; limits of 0: none."""

    cpu_request: int = 0
    cpu_limit: int = 0
    memory_request: int = 0
    memory_limit: int = 0


@dataclass(frozen=True, slots=True)
class ContainerUser:
    """Who a container's processes are. ``supplemental_groups`` has the first group, too."""

    uid: int = 0
    gid: int = 0
    supplemental_groups: tuple[int, ...] = (0,)


ROOT = ContainerUser()


@dataclass(frozen=True, slots=True)
class ExecResult:
    """What a command run in a container has written, and its exit code."""

    stdout: bytes
    stderr: bytes
    exit_code: int


@dataclass(frozen=True, slots=True)
class PodSandboxConfig:
    """Which pod a sandbox is for. ``annotations`` are the pod's own, passed on as a kubelet does."""

    namespace: str
    name: str
    uid: str
    attempt: int = 0
    host_network: bool = False
    annotations: Mapping[str, str] = field(default_factory=dict)
    hostname: str = ""
    dns: DnsConfig = DnsConfig()


@dataclass(frozen=True, slots=True)
class ContainerConfig:
    """A container to create. ``stdin``: its input stays open for who attaches; ``stdin_once``: until the first one leaves.

    ``ports``: the TCP ports that its pod declares, from which the real CRI makes port mappings. ``run_as_user``, ``run_as_group``:
    None: the image's. ``pid_mode``: whose processes it sees; ``target_id``: the container whose processes they are in mode TARGET.
    ``annotations``: what its pod says of how it ends (``machinery/steering.py``).
    """

    name: str
    image: str
    attempt: int = 0
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    envs: Mapping[str, str] = field(default_factory=dict)
    working_dir: str = ""
    mounts: tuple[Mount, ...] = ()
    resources: Resources = Resources()
    stdin: bool = False
    stdin_once: bool = False
    tty: bool = False
    ports: tuple[int, ...] = ()
    run_as_user: int | None = None
    run_as_group: int | None = None
    supplemental_groups: tuple[int, ...] = ()
    pid_mode: PidMode = PidMode.CONTAINER
    target_id: str = ""
    annotations: Mapping[str, str] = field(default_factory=dict)


class PodSandboxStatus(NamedTuple):
    """A sandbox as the runtime knows it, made for each look at it. ``ip`` is empty on the host's network; ``annotations``: those of its
    config that it has kept."""

    id: str
    namespace: str
    name: str
    uid: str
    attempt: int
    state: SandboxState
    created_at: SimTime
    ip: str
    annotations: Mapping[str, str] = MappingProxyType({})


class ContainerStatus(NamedTuple):
    """A container as the runtime knows it, made for each look at it. Moments are NEVER while they have not come; ``reason`` is set when it
    has exited, ``message`` when it could not be started. ``user_specified_image``: the image as its pod names it."""

    id: str
    sandbox_id: str
    name: str
    attempt: int
    state: ContainerState
    image: str
    image_ref: str
    created_at: SimTime
    started_at: SimTime = NEVER
    finished_at: SimTime = NEVER
    exit_code: int = 0
    reason: str = ""
    message: str = ""
    user_specified_image: str = ""
    resources: Resources = Resources()
    user: ContainerUser = ROOT


@dataclass(frozen=True, slots=True)
class Image:
    """An image on the node. ``ref``: repository and digest; ``size`` in bytes.

    ``uid``: the user that it names, ``username``: where that is no number. Neither: nobody knows (in reality: root).
    """

    tag: str
    ref: str
    size: int
    uid: int | None = None
    username: str = ""


@dataclass(frozen=True, slots=True)
class ContainerEvent:
    """Something happened to a container without being asked for, or after having been asked for."""

    type: EventType
    pod_uid: str
    container: ContainerStatus


Reply = Callable[[T | CriError], None]
"""Called once with the result of a call, from a later step of the engine or before the call returns."""


class Process(Protocol):
    """A program in a container, seen from who is connected to its input and output: by exec, or by attach to its first process."""

    def write(self, data: bytes) -> None:
        """Send bytes to its standard input."""
        ...

    def close_input(self) -> None:
        """Let it read the end of its input; a container whose input stays open is left by who is attached."""
        ...

    def resize(self, width: int, height: int) -> None:
        """Tell it the size of its terminal, in characters."""
        ...

    def read(self) -> tuple[bytes, bytes]:
        """Return what it has written to standard output and standard error since the last time; a terminal has output only."""
        ...

    @property
    def exit_code(self) -> int | None:
        """Its exit code, None while it runs."""
        ...

    def listen(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever there is something to read, and at its end."""
        ...

    def detach(self) -> None:
        """Leave it: who was connected has gone. Harmless when done before."""
        ...

    def cut(self) -> None:
        """Lose it: whoever stood between has ended. It reads the end of its input or loses its terminal, and else runs on, unheard."""
        ...


class ProcessRuntime(Protocol):
    """The part of the RuntimeService that reaches into running containers."""

    def exec_sync(self, container_id: str, argv: Sequence[str], timeout: float, reply: Reply[ExecResult]) -> None:
        """Run a command and reply with what it wrote; CriError ``DeadlineExceeded`` after ``timeout`` seconds (0: never)."""
        ...

    def exec(self, container_id: str, argv: Sequence[str], *, stdin: bool, tty: bool) -> Process | CriError:
        """Start a command beside the container's own."""
        ...

    def attach(self, container_id: str, *, stdin: bool) -> Process | CriError:
        """Connect to the container's own process; what it wrote before is not seen."""
        ...

    def port_forward(self, sandbox_id: str, port: int) -> Connection | CriError:
        """Connect to a port on the sandbox's localhost."""
        ...

    def container_stats(self, container_id: str) -> Usage | None:
        """Return what a container uses at this moment, or None."""
        ...

    def update_container_resources(self, container_id: str, resources: Resources, annotations: Mapping[str, str]) -> None:
        """Hold a running container to other limits. ``annotations``: what its pod states of its use now (``machinery/usage.py``)."""
        ...


class ContainerRuntime(ProcessRuntime, Protocol):
    """RuntimeService and ImageService of one node."""

    def update_runtime_config(self, pod_cidr: str) -> None:
        """Hand the node's address range on to the network plugin."""
        ...

    def run_pod_sandbox(self, config: PodSandboxConfig, reply: Reply[str]) -> None:
        """Make a sandbox and connect it to the network; replies with its id."""
        ...

    def stop_pod_sandbox(self, sandbox_id: str, reply: Reply[None]) -> None:
        """Kill what still runs in it and disconnect it. Harmless when done before."""
        ...

    def remove_pod_sandbox(self, sandbox_id: str, reply: Reply[None]) -> None:
        """Forget a sandbox and its containers. Harmless when done before."""
        ...

    def list_pod_sandbox(self) -> list[PodSandboxStatus]:
        """Return all sandboxes, oldest first."""
        ...

    def pod_sandbox_status(self, pod_uid: str) -> PodSandboxStatus | None:
        """Return the newest sandbox of a pod, or None."""
        ...

    def create_container(self, sandbox_id: str, config: ContainerConfig, reply: Reply[str]) -> None:
        """Make a container of an image that is present; replies with its id."""
        ...

    def start_container(self, container_id: str, reply: Reply[None]) -> None:
        """Start a created container."""
        ...

    def stop_container(self, container_id: str, timeout: float, reply: Reply[None]) -> None:
        """Send SIGTERM, and SIGKILL after ``timeout`` seconds; replies when it has exited."""
        ...

    def remove_container(self, container_id: str, reply: Reply[None]) -> None:
        """Forget an exited container. Harmless when done before."""
        ...

    def list_containers(self, pod_uid: str) -> list[ContainerStatus]:
        """Return the containers of a pod that have not been removed, oldest first."""
        ...

    def container_status(self, container_id: str) -> ContainerStatus | None:
        """Return one container, or None."""
        ...

    def container_log(self, container_id: str) -> list[tuple[SimTime, str]]:
        """Return what a container has written so far as (moment, line)."""
        ...

    def pull_image(self, image: str, config: PodSandboxConfig, reply: Reply[Image]) -> None:
        """Fetch an image for a pod; replies with it."""
        ...

    def image_status(self, image: str) -> Image | None:
        """Return an image that is on the node, or None."""
        ...

    def list_images(self) -> list[Image]:
        """Return the images on the node, by name."""
        ...

    def remove_image(self, image: str) -> None:
        """Remove an image that no container uses. Harmless when done before."""
        ...

    def get_container_events(self, listener: Callable[[ContainerEvent], None]) -> None:
        """Tell ``listener`` of every container that starts or dies; None of the earlier listeners is told any longer."""
        ...
