"""Exec, attach and port-forward: what reaches into a running container.

The real containerd answers Exec and Attach with the address of a streaming server, to which the kubelet's client is then
connected. Here the kubelet is handed the process itself.

Upstream: ``github.com/containerd/containerd``, ``internal/cri/server/container_execsync.go``, ``streaming.go``; ``internal/cri/streaming``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cluster.container_runtime.command import interpret
from cluster.container_runtime.metadata import Metadata
from cluster.container_runtime.records import ContainerRecord
from cluster.engine.engine import Engine
from cluster.machinery.cri import CriError, ExecResult, Process, Reply


class Streaming:
    """The streaming side of one node's containerd."""

    def __init__(self, name: str, engine: Engine, metadata: Metadata) -> None:
        self._name, self._engine, self._metadata = name, engine, metadata

    def exec_sync(self, container_id: str, argv: Sequence[str], timeout: float, reply: Reply[ExecResult]) -> None:
        """Run a command and reply with what it wrote; CriError ``DeadlineExceeded`` after ``timeout`` seconds (0: never)."""
        process = self.exec(container_id, argv)
        if isinstance(process, CriError):
            reply(process)
            return
        is_answered = False

        def answer(result: ExecResult | CriError) -> None:
            nonlocal is_answered
            if not is_answered:
                is_answered = True
                reply(result)

        def ended() -> None:
            if process.exit_code is not None:
                answer(ExecResult(*process.read(), process.exit_code))

        def expired() -> None:
            process.detach()
            words = f"failed to exec in container: timeout {timeout:g}s exceeded: context deadline exceeded"
            answer(CriError("DeadlineExceeded", words))

        process.listen(ended)
        ended()
        if process.exit_code is None and timeout:
            self._engine.after(timeout, self._name, expired)

    def exec(self, container_id: str, argv: Sequence[str]) -> Process | CriError:
        """Start a command beside the container's own."""
        found = self._metadata.container(container_id)
        if found is None or not found[1].is_running:
            return not_running(container_id, found[1] if found else None)
        return _Command(self._name, self._engine, argv)

    def attach(self, container_id: str) -> Process | CriError:
        """Connect to the container's own process."""
        found = self._metadata.container(container_id)
        if found is None or not found[1].is_running:
            return not_running(container_id, found[1] if found else None)
        return CriError("Unimplemented", "attach is not simulated")


class _Command:
    """A command of an exec, known whole when it starts."""

    def __init__(self, name: str, engine: Engine, argv: Sequence[str]) -> None:
        self._run = interpret(argv)
        self._unread = b"".join(f"{line}\n".encode() for _, line in self._run.log)
        self._listeners: list[Callable[[], None]] = []
        self._exit_code: int | None = self._run.exit_code if self._run.seconds == 0 else None
        if self._run.seconds:
            engine.after(self._run.seconds, name, self._end)

    def write(self, data: bytes) -> None:
        """It reads nothing."""

    def close_input(self) -> None:
        """It reads nothing."""

    def resize(self, width: int, height: int) -> None:
        """It draws nothing."""

    def read(self) -> tuple[bytes, bytes]:
        """Return what has not been read yet."""
        unread, self._unread = self._unread, b""
        return unread, b""

    @property
    def exit_code(self) -> int | None:
        """Its exit code, None while it runs."""
        return self._exit_code

    def listen(self, listener: Callable[[], None]) -> None:
        """Call at the end."""
        self._listeners.append(listener)

    def detach(self) -> None:
        """Tell nobody any longer."""
        self._listeners.clear()

    def _end(self) -> None:
        self._exit_code = self._run.exit_code
        for listener in list(self._listeners):
            listener()


def not_running(container_id: str, container: ContainerRecord | None) -> CriError:
    """Return containerd's words for a container in which nothing can be run."""
    if container is None:
        return CriError("NotFound", f'an error occurred when try to find container "{container_id}": not found')
    return CriError("Unknown", f"container is in {container.state} state")
