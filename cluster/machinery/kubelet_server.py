"""What the API server asks of a kubelet on its port 10250, and what it gets: logs, processes in containers, connections to their ports.

A process or a connection lives in simulated time, and who uses it does not; so both sides hold an end of a ``Session``: what one sends
is there for the other to take, until somebody closes it.

Upstream: ``pkg/kubelet/server/server.go``, ``staging/src/k8s.io/kubelet/pkg/cri/streaming/server.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cluster.machinery.meta import Obj
from cluster.machinery.network import HttpRequest
from cluster.machinery.node_logs import LogOptions, LogReader


@dataclass(frozen=True, slots=True)
class StreamOptions:
    """PodExecOptions and PodAttachOptions: which container, and which of a process's streams somebody wants."""

    container: str
    command: tuple[str, ...] = ()
    stdin: bool = False
    stdout: bool = False
    stderr: bool = False
    tty: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """What is sent into a session: bytes, the end of them, or the new size (width, height) of a terminal."""

    data: bytes = b""
    is_end: bool = False
    size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """What comes out of a session; a connection has ``stdout`` only."""

    stdout: bytes = b""
    stderr: bytes = b""


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What comes out of a session that is one HTTP request."""

    code: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Ending:
    """How a session ended. ``refusal``: why the kubelet never began it; ``error``: why it could not go on; ``lost``: why the kubelet is not
    reached; ``is_cut``: the kubelet has ended, and its connections with it. Else the exit code counts."""

    exit_code: int = 0
    refusal: str = ""
    error: str = ""
    lost: str = ""
    is_cut: bool = False


class Session(Protocol):
    """One end of it, as who asked for it holds it. Belongs to the cluster's thread."""

    @property
    def has_begun(self) -> bool:
        """Whether the other side has taken it up, or refused it."""
        ...

    @property
    def has_room(self) -> bool:
        """Whether more may be sent: who sends on fills memory."""
        ...

    def send(self, *pieces: Input) -> None:
        """Send; harmless when the session has ended."""
        ...

    def read(self) -> Sequence[Output | HttpReply]:
        """Return what has come out since the last time."""
        ...

    @property
    def ending(self) -> Ending | None:
        """How it ended, once everything that came out has been read; None: it goes on."""
        ...

    def close(self) -> None:
        """Leave it; what is on the other side hears of that. Harmless when done before."""
        ...


class KubeletServer(Protocol):
    """What a kubelet answers to the API server. ``pod``: as the kubelet has reported it."""

    def container_logs(self, pod: Obj, options: LogOptions) -> LogReader:
        """Open a log. Raises ApiError 400 when there is nothing to read yet."""
        ...

    def exec(self, pod: Obj, options: StreamOptions) -> Session:
        """Run a command in a container."""
        ...

    def attach(self, pod: Obj, options: StreamOptions) -> Session:
        """Connect to a container's own process."""
        ...

    def port_forward(self, pod: Obj) -> Callable[[int], Session]:
        """Return what connects to a port on the localhost of a pod, as often as it is called."""
        ...

    def http(self, request: HttpRequest) -> Session:
        """Ask anything else of its server; what comes out is one HttpReply."""
        ...


class KubeletServers(Protocol):
    """The way to the kubelets, and to whatever else the API server's machine can reach."""

    def connect(self, node: str) -> KubeletServer:
        """Return a node's kubelet. Raises OSError when nobody answers there."""
        ...

    def http(self, address: str, port: int, request: HttpRequest) -> Session:
        """Send a request to an address; what comes out is one HttpReply, or an error in the words of Go's dialer."""
        ...


class NoKubelets:
    """The way to the kubelets of a cluster without nodes."""

    def connect(self, node: str) -> KubeletServer:
        """Find nobody. Raises OSError."""
        raise OSError(f"dial tcp: lookup {node}: no such host")

    def http(self, address: str, port: int, request: HttpRequest) -> Session:
        """Find nobody. Raises OSError."""
        raise OSError(f"dial tcp {address}:{port}: connect: no route to host")


class Answered:
    """A session that has ended already. ``outputs``: what came out. Implements ``Session``."""

    has_begun = has_room = True

    def __init__(self, ending: Ending, *outputs: HttpReply) -> None:
        self._ending, self._outputs = ending, list(outputs)

    def send(self, *pieces: Input) -> None:
        """Drop it."""

    def read(self) -> Sequence[Output | HttpReply]:
        """Return what came out, once."""
        outputs, self._outputs = self._outputs, []
        return outputs

    @property
    def ending(self) -> Ending | None:
        """How it ended."""
        return None if self._outputs else self._ending

    def close(self) -> None:
        """Nothing is held."""
