"""``/exec``, ``/attach`` and ``/portForward`` of the kubelet's server: a process or a connection of the runtime as one end of a session.

The real kubelet asks the runtime for the address of its streaming server, which is a part of containerd, and passes the bytes on: when
one of the two ends, so do the streams, and nobody is told why. Of containerd's end the kubelet makes an end like any other, without a code;
with its own end the connection breaks off. Here it asks for the process itself.

Upstream: ``pkg/kubelet/kubelet_pods.go`` (``GetExec``, ``GetAttach``, ``GetPortForward``),
``staging/src/k8s.io/kubelet/pkg/cri/streaming/``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from cluster.machinery.cri import ContainerState, ContainerStatus, CriError, PodSandboxStatus, Process
from cluster.machinery.kubelet_server import Ending, HttpReply, Input, Output, StreamOptions
from cluster.machinery.network import Connection


class NodeProcesses(Protocol):
    """What of a node's runtime is needed to reach into its containers."""

    def status(self) -> CriError | None: ...
    def pod_sandbox_status(self, pod_uid: str) -> PodSandboxStatus | None: ...
    def list_containers(self, pod_uid: str) -> list[ContainerStatus]: ...
    def exec(self, container_id: str, argv: Sequence[str], *, stdin: bool, tty: bool) -> Process | CriError: ...
    def attach(self, container_id: str, *, stdin: bool) -> Process | CriError: ...
    def port_forward(self, sandbox_id: str, port: int) -> Connection | CriError: ...


class FarEnd(Protocol):
    """The end of a session that is on the node."""

    def take(self, pieces: Sequence[Input]) -> None:
        """Pass on what was sent."""
        ...

    def output(self) -> Sequence[Output | HttpReply]:
        """Return what has come out since the last time."""
        ...

    @property
    def ending(self) -> Ending | None:
        """How it ended; what came out before may still be there. None: it goes on."""
        ...

    def leave(self) -> None:
        """Who used it has gone."""
        ...


class StreamingServer:
    """Answers for one node; in the words of gRPC while its runtime does not. ``wake`` is called when there is something to read;
    ``is_cut``: whether the kubelet has ended since."""

    def __init__(self, runtime: NodeProcesses, wake: Callable[[], None], is_cut: Callable[[], bool] = lambda: False) -> None:
        self._runtime, self._wake, self._is_cut = runtime, wake, is_cut

    def exec(self, pod_uid: str, options: StreamOptions) -> FarEnd:
        """Run a command in the running container of that name."""
        container_id = self._running(pod_uid, options.container)
        if isinstance(container_id, Refused):
            return container_id
        process = self._runtime.exec(container_id, options.command, stdin=options.stdin, tty=options.tty)
        return self._end_of(process, options, "error executing command in container")

    def attach(self, pod_uid: str, options: StreamOptions) -> FarEnd:
        """Connect to the running container of that name."""
        container_id = self._running(pod_uid, options.container)
        if isinstance(container_id, Refused):
            return container_id
        process = self._runtime.attach(container_id, stdin=options.stdin)
        return self._end_of(process, options, "error attaching to container")

    def port_forward(self, pod_uid: str, port: int) -> FarEnd:
        """Connect to a port of the pod."""
        down = self._runtime.status()
        if down is not None:
            return Lost(str(down))
        sandbox = self._runtime.pod_sandbox_status(pod_uid)
        if sandbox is None:
            return Refused(f"failed to find sandboxID for pod {pod_uid}")
        connection = self._runtime.port_forward(sandbox.id, port)
        if isinstance(connection, CriError):
            return Failed(f"error forwarding port {port} to pod {sandbox.id}, uid : {connection}")
        return ConnectionEnd(connection, lambda: self._loss() is not None)

    def _running(self, pod_uid: str, name: str) -> str | Refused:
        down = self._runtime.status()
        if down is not None:
            return Refused(str(down))
        for each in reversed(self._runtime.list_containers(pod_uid)):
            if each.name == name and each.state is ContainerState.RUNNING:
                return each.id
        return Refused(f'container not found ("{name}")')

    def _end_of(self, process: Process | CriError, options: StreamOptions, what: str) -> FarEnd:
        if isinstance(process, CriError):
            return Failed(f"{what}: {process}")
        process.listen(self._wake)
        return ProcessEnd(process, options, self._loss)

    def _loss(self) -> Ending | None:
        """Return how what goes through kubelet and runtime has ended because one of them has; None: both are there."""
        if self._is_cut():
            return Ending(is_cut=True)
        return Ending() if self._runtime.status() is not None else None


class Refused:
    """A session that was never begun."""

    def __init__(self, reason: str) -> None:
        self.ending: Ending | None = Ending(refusal=reason)

    def take(self, pieces: Sequence[Input]) -> None:
        """Drop it."""

    def output(self) -> Sequence[Output]:
        """Nothing."""
        return ()

    def leave(self) -> None:
        """Nothing is held."""


class Failed(Refused):
    """A session that ended as it began."""

    def __init__(self, reason: str) -> None:
        super().__init__("")
        self.ending = Ending(error=reason)


class Lost(Refused):
    """A connection over a way that is there no more."""

    def __init__(self, reason: str) -> None:
        super().__init__("")
        self.ending = Ending(lost=reason)


class ProcessEnd:
    """A process, with those of its streams that are wanted. ``loss``: how they end because who passes them on has ended."""

    def __init__(self, process: Process, options: StreamOptions, loss: Callable[[], Ending | None]) -> None:
        self._process, self._options, self._loss = process, options, loss
        self._lost: Ending | None = None

    def take(self, pieces: Sequence[Input]) -> None:
        """Write to its standard input, close it, or change the size of its terminal."""
        for piece in pieces:
            if piece.size is not None:
                self._process.resize(*piece.size)
            elif self._options.stdin:
                if piece.data:
                    self._process.write(piece.data)
                if piece.is_end:
                    self._process.close_input()

    def output(self) -> Sequence[Output]:
        """Return what it has written."""
        stdout, stderr = self._process.read()
        output = Output(stdout if self._options.stdout else b"", stderr if self._options.stderr else b"")
        return [output] if output != Output() else []

    @property
    def ending(self) -> Ending | None:
        """Its exit code, once it has ended. Streams that containerd loses end without one, which clients take for success."""
        self._lost = self._lost or self._loss()
        if self._lost is not None:
            return self._lost
        code = self._process.exit_code
        return None if code is None else Ending(code)

    def leave(self) -> None:
        """Leave it, or let it go on alone."""
        if self._lost is not None or self._loss() is not None:
            self._process.cut()
        else:
            self._process.detach()


class ConnectionEnd:
    """A connection to a port. ``is_lost``: whether who passes the bytes on has ended."""

    def __init__(self, connection: Connection, is_lost: Callable[[], bool]) -> None:
        self._connection, self._is_lost = connection, is_lost
        self._is_left = False

    def take(self, pieces: Sequence[Input]) -> None:
        """Send the bytes. Who sends no more has had its answer: programs here answer at once."""
        for piece in pieces:
            if piece.data:
                self._connection.send(piece.data)
            self._is_left = self._is_left or piece.is_end

    def output(self) -> Sequence[Output]:
        """Return what has arrived."""
        data = self._connection.read()
        return [Output(data)] if data else []

    @property
    def ending(self) -> Ending | None:
        """It ends when one of the sides has closed it, or when the way there is lost."""
        if self._is_lost():
            return Ending(lost="lost connection to pod")
        return Ending() if self._is_left or not self._connection.is_open else None

    def leave(self) -> None:
        """Close it."""
        self._connection.close()
