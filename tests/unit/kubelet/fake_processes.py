"""A runtime whose containers run a handful of programs, and whose pods listen on one port."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cluster.machinery.cri import ContainerState, ContainerStatus, CriError, PodSandboxStatus, Process, SandboxState
from cluster.machinery.meta import SimTime
from cluster.machinery.network import Connection

POD, SANDBOX, CONTAINER = "uid-1", "sandbox-1", "container-1"
PORT = 80


class FakeProcess:
    """``echo words``, ``cat`` (its input), ``fail code`` (says so on standard error), ``size`` (waits for one); anything else waits."""

    def __init__(self, argv: Sequence[str]) -> None:
        self._argv = list(argv)
        self.exit_code: int | None = None
        self.is_left = self.is_cut = False
        self._out = self._err = b""
        self._listener: Callable[[], None] = lambda: None
        if argv[0] == "echo":
            self.say(" ".join(argv[1:]).encode() + b"\n")
            self.end(0)
        elif argv[0] == "fail":
            self._err = b"failed\n"
            self.end(int(argv[1]))

    def say(self, text: bytes) -> None:
        self._out += text
        self._listener()

    def end(self, code: int) -> None:
        self.exit_code = code
        self._listener()

    def write(self, data: bytes) -> None:
        if self._argv[0] == "cat":
            self.say(data)

    def close_input(self) -> None:
        self.end(0)

    def resize(self, width: int, height: int) -> None:
        if self._argv[0] == "size":
            self.say(f"{width}x{height}\n".encode())

    def read(self) -> tuple[bytes, bytes]:
        out, err, self._out, self._err = self._out, self._err, b"", b""
        return out, err

    def listen(self, listener: Callable[[], None]) -> None:
        self._listener = listener

    def detach(self) -> None:
        self.is_left = True

    def cut(self) -> None:
        self.is_cut = True


class FakeConnection:
    """Answers everything with the same in capitals."""

    def __init__(self) -> None:
        self.is_open = True
        self._back = b""

    def send(self, data: bytes) -> None:
        self._back += data.upper()

    def read(self) -> bytes:
        back, self._back = self._back, b""
        return back

    def close(self) -> None:
        self.is_open = False


class FakeProcesses:
    """The runtime of a node with one pod (``default/web``), its container ``c`` running. ``down``: why it does not answer."""

    def __init__(self, pod: str = POD, down: CriError | None = None) -> None:
        self._pod, self.down = pod, down
        self.processes: list[FakeProcess] = []
        self.connections: list[FakeConnection] = []

    def status(self) -> CriError | None:
        return self.down

    def list_pod_sandbox(self) -> list[PodSandboxStatus]:
        return [PodSandboxStatus(SANDBOX, "default", "web", self._pod, 0, SandboxState.READY, SimTime(0), "10.244.0.2")]

    def pod_sandbox_status(self, pod_uid: str) -> PodSandboxStatus | None:
        return self.list_pod_sandbox()[0] if pod_uid == self._pod else None

    def list_containers(self, pod_uid: str) -> list[ContainerStatus]:
        return (
            [ContainerStatus(CONTAINER, SANDBOX, "c", 0, ContainerState.RUNNING, "busybox", "", SimTime(0))] if pod_uid == self._pod else []
        )

    def container_status(self, container_id: str) -> ContainerStatus | None:
        return self.list_containers(self._pod)[0] if container_id == CONTAINER else None

    def exec(self, container_id: str, argv: Sequence[str], *, stdin: bool, tty: bool) -> Process | CriError:
        if argv[0] == "nothing":
            return CriError("Unknown", "failed to exec in container: nothing of that name")
        return self._started(FakeProcess(argv))

    def attach(self, container_id: str, *, stdin: bool) -> Process | CriError:
        return self._started(FakeProcess(["cat"]))

    def port_forward(self, sandbox_id: str, port: int) -> Connection | CriError:
        if port != PORT:
            return CriError("Unknown", f"failed to connect to localhost:{port}")
        self.connections.append(FakeConnection())
        return self.connections[-1]

    def _started(self, process: FakeProcess) -> FakeProcess:
        self.processes.append(process)
        return process
