"""Exec and attach: who is connected to the programs of running containers.

The real containerd answers Exec and Attach with the address of a streaming server, to which the kubelet's client is then
connected. Here the kubelet is handed the session itself. Sessions are not kept: they end with the process that holds them.

Upstream: ``github.com/containerd/containerd``, ``internal/cri/server/container_execsync.go``, ``streaming.go``; ``internal/cri/streaming``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cluster.container_runtime.linux.kernel import Kernel, NotRunnableError
from cluster.container_runtime.linux.terminal import shown, typed
from cluster.container_runtime.metadata import Metadata
from cluster.container_runtime.records import ContainerRecord
from cluster.container_runtime.sandboxes import new_id
from cluster.container_runtime.task import Task
from cluster.container_runtime.tasks import SIGKILL_CODE, Tasks
from cluster.engine.engine import Engine
from cluster.machinery.cri import CriError, ExecResult, Process, Reply


class Session:
    """Somebody connected to a container: by an exec (``number`` of its processes), or attached to its own process (0). A ``Process``."""

    def __init__(self, tasks: Tasks, task: Task, kernel: Kernel, number: int, pid: int, *, reads: bool, is_terminal: bool) -> None:
        self._tasks, self._task, self._kernel = tasks, task, kernel
        self.number, self._pid, self._reads, self._is_terminal = number, pid, reads, is_terminal
        self._line = self._half_key = b""
        self._unread = {"stdout": b"", "stderr": b""}
        self._listeners: list[Callable[[], None]] = []
        self._exit_code: int | None = None
        self.is_open = True

    @property
    def exit_code(self) -> int | None:
        """Its exit code, None while it runs."""
        return self._exit_code

    def write(self, data: bytes) -> None:
        """Send bytes to its standard input; on a terminal they are keys."""
        if not self.is_open or not self._reads or self._exit_code is not None:
            return
        if self._is_terminal:
            self._type(data)
        else:
            self._feed(data)
        self._tasks.run(self._task)

    def close_input(self) -> None:
        """Let it read the end of its input. A container that keeps its input for who comes next is left instead."""
        if not self._has_input_once:
            if self._reads and self._exit_code is None:
                self._exit_code = 0
                self.look()
            return
        number = self._input()
        if number is not None:
            self._kernel.descriptors.close_input(number)
            self._tasks.run(self._task)

    def resize(self, width: int, height: int) -> None:
        """Nothing here draws over a whole terminal."""

    def read(self) -> tuple[bytes, bytes]:
        """Return what it has written to standard output and standard error since the last time; a terminal has output only."""
        output, errors = self._unread["stdout"], self._unread["stderr"]
        self._unread = {"stdout": b"", "stderr": b""}
        return (shown(output + errors), b"") if self._is_terminal else (output, errors)

    def listen(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever there is something to read, and at its end."""
        self._listeners.append(listener)

    def detach(self) -> None:
        """Leave: what was started for this session ends; the input of a container that has it once is closed."""
        if not self.is_open:
            return
        self.is_open = False
        self._listeners.clear()
        if self.number:
            self._kernel.end_session(self.number)
            self._tasks.run(self._task)
        elif self._reads and self._has_input_once:
            self.close_input()

    def cut(self) -> None:
        """Lose it: an exec on a terminal is hung up, one that reads its input comes to its end, any other runs on."""
        if not self.is_open:
            return
        if self.number and self._is_terminal:
            self.detach()
            return
        self.is_open = False
        self._listeners.clear()
        if self.number and self._reads and (number := self._input()) is not None:
            self._kernel.descriptors.close_input(number)
            self._tasks.run(self._task)

    @property
    def _has_input_once(self) -> bool:
        config = self._task.container.config
        return self.number != 0 or (config.stdin_once and not config.tty)

    def take(self, stream: str, data: bytes) -> None:
        """Keep what has been written until it is read."""
        self._unread[stream] += data

    def look(self) -> None:
        """Notice the end, and tell listeners if there is anything new."""
        if self._exit_code is None:
            process = self._kernel.processes.get(self._pid)
            if process is None or not process.is_alive:
                self._exit_code = SIGKILL_CODE if process is None or process.exit_code is None else process.exit_code
                if self.number:
                    self._kernel.reap(self._pid)
        if self._exit_code is not None or any(self._unread.values()):
            for listener in list(self._listeners):
                listener()

    def _type(self, keys: bytes) -> None:
        self._line, self._half_key, done = typed(self._line, self._half_key + keys)
        for each in done:
            self.take("stdout", each.echo)
            if each.data:
                self._feed(each.data)
            if each.interrupts:
                self._interrupt()
            if each.ends and (number := self._input()) is not None:
                self._kernel.descriptors.end_once(number)

    def _interrupt(self) -> None:
        for process in self._kernel.alive():
            if process.session == self.number:
                self._kernel.signal(process.pid, "INT")

    def _feed(self, data: bytes) -> None:
        number = self._input()
        if number is not None:
            self._kernel.descriptors.feed(number, data)

    def _input(self) -> int | None:
        process = self._kernel.processes.get(self._pid)
        number = process.fds.get(0) if process is not None else None
        return number if self._kernel.descriptors.kind(number) == "input" else None


class Streaming:
    """The sessions of one node."""

    def __init__(self, name: str, engine: Engine, metadata: Metadata, tasks: Tasks) -> None:
        self._name, self._engine, self._metadata, self._tasks = name, engine, metadata, tasks
        self._sessions: dict[str, list[Session]] = {}
        self._next = 1
        tasks.output, tasks.changed = self._written, self._changed

    def exec_sync(self, container_id: str, argv: Sequence[str], timeout: float, reply: Reply[ExecResult]) -> None:
        """Run a command and reply with what it wrote; CriError ``DeadlineExceeded`` after ``timeout`` seconds (0: never)."""
        process = self.exec(container_id, argv, stdin=False, tty=False)
        if isinstance(process, CriError):
            reply(process)
            return
        is_answered = False

        def answer(result: ExecResult | CriError) -> None:
            nonlocal is_answered
            if not is_answered:
                is_answered = True
                reply(result)

        def looked() -> None:
            if process.exit_code is not None:
                answer(ExecResult(*process.read(), process.exit_code))

        def expired() -> None:
            if not is_answered:
                process.detach()
                words = f"failed to exec in container: timeout {timeout:g}s exceeded: context deadline exceeded"
                answer(CriError("DeadlineExceeded", words))

        process.listen(looked)
        looked()
        if not is_answered and timeout:
            self._engine.after(timeout, self._name, expired)

    def exec(self, container_id: str, argv: Sequence[str], *, stdin: bool, tty: bool) -> Process | CriError:
        """Start a command beside the container's own; errors in containerd's words."""
        found = self._running(container_id)
        if isinstance(found, CriError):
            return found
        task, kernel = found
        config = task.container.config
        cwd = config.working_dir or task.row.working_dir
        try:
            program, line = kernel.programs.find(kernel.files, cwd, list(argv), "")
        except NotRunnableError as fault:
            words = f'failed to exec in container: failed to start exec "{new_id(self._engine)}": OCI runtime exec failed: exec failed: '
            return CriError("Unknown", f"{words}unable to start container process: {fault.oci}: unknown")
        number, self._next = self._next, self._next + 1
        descriptors = kernel.descriptors
        if tty:
            reading = output = errors = descriptors.input(number, is_terminal=True)
        else:
            reading = descriptors.input(number, is_terminal=False) if stdin else descriptors.open({"kind": "null"})
            output, errors = (descriptors.open({"kind": "output", "stream": name, "session": number}) for name in ("stdout", "stderr"))
        env = {**kernel.base, "TERM": "xterm"} if tty else kernel.base
        process = kernel.spawn(program, line, env=env, cwd=cwd, fds={0: reading, 1: output, 2: errors}, session=number)
        session = Session(self._tasks, task, kernel, number, process.pid, reads=stdin or tty, is_terminal=tty)
        self._sessions.setdefault(container_id, []).append(session)
        self._tasks.run(task)
        return session

    def attach(self, container_id: str, *, stdin: bool) -> Process | CriError:
        """Connect to the container's own process."""
        found = self._running(container_id)
        if isinstance(found, CriError):
            return found
        task, kernel = found
        config = task.container.config
        session = Session(self._tasks, task, kernel, 0, kernel.root_pid, reads=stdin and config.stdin, is_terminal=config.tty)
        self._sessions.setdefault(container_id, []).append(session)
        return session

    def close(self, container_id: str) -> None:
        """Let everybody who is connected to a container notice that it has ended."""
        for session in self._sessions.pop(container_id, []):
            session.look()

    def _running(self, container_id: str) -> tuple[Task, Kernel] | CriError:
        task = self._tasks.get(container_id)
        if task is None:
            found = self._metadata.container(container_id)
            return not_running(container_id, found[1] if found else None)
        return task, self._tasks.kernel(task)

    def _written(self, container_id: str, session: int, stream: str, data: bytes) -> None:
        for each in self._sessions.get(container_id, ()):
            if each.number == session and each.is_open:
                each.take(stream, data)

    def _changed(self, container_id: str) -> None:
        sessions = self._sessions.get(container_id)
        if not sessions:
            return
        for session in list(sessions):
            session.look()
            if session.exit_code is not None or (session.number == 0 and not session.is_open):
                sessions.remove(session)


def not_running(container_id: str, container: ContainerRecord | None) -> CriError:
    """Return containerd's words for a container in which nothing can be run."""
    if container is None:
        return CriError("NotFound", f'an error occurred when try to find container "{container_id}": not found')
    return CriError("Unknown", f"container is in {container.state} state")
