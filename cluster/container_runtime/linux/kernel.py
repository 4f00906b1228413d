"""The kernel of one container: its process table, who may go on, what passes between processes.

A real kernel interleaves programs as it likes. This one lets every process that can go on take its step in the order of their numbers,
round after round, until all wait. A program that never waits is stopped after so many steps until a second has passed: that second it
has used a processor.

Upstream: wait(2), pipe(7), signal(7); pid_namespaces(7): signals that the first process does not handle do nothing to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.linux.descriptors import Descriptors, Sink
from cluster.container_runtime.linux.files import FileSystem
from cluster.container_runtime.linux.pids import INIT, PidNamespace
from cluster.container_runtime.linux.process import Process, Program, Wait, read_process
from cluster.container_runtime.linux.sockets import Sockets
from cluster.engine.clock import Clock
from cluster.machinery.cri import ContainerUser
from cluster.machinery.meta import Obj, SimTime, after

SIGNALS = {
    "HUP": 1,
    "INT": 2,
    "QUIT": 3,
    "KILL": 9,
    "USR1": 10,
    "USR2": 12,
    "PIPE": 13,
    "ALRM": 14,
    "TERM": 15,
    "CHLD": 17,
    "CONT": 18,
    "STOP": 19,
}
_WAITING = frozenset({"shell", "timeout"})
"""Programs that ask how their children have ended."""
_HARMLESS = frozenset({"CHLD", "CONT", "STOP"})
SLICE_STEPS = 2_000
"""Steps of all processes together before those that never wait have used up their second."""
SLICE = 1.0
CORE = 1_000_000_000


class PipeClosedError(Exception):
    """Nobody will read what a process writes."""


class NotRunnableError(Exception):
    """There is nothing to run: what a shell says, what containerd says, and the exit code."""

    def __init__(self, words: str, oci: str, code: int) -> None:
        super().__init__(words)
        self.words, self.oci, self.code = words, oci, code


class Programs(Protocol):
    """Where programs are found."""

    is_busybox: bool

    def path_of(self, files: FileSystem, name: str) -> str | None:
        """Return where a program is; None: nowhere."""
        ...

    def find(self, files: FileSystem, cwd: str, argv: list[str], path: str) -> tuple[str, list[str]]:
        """Return under which name a process holds a program, and its command line. Raises NotRunnableError."""
        ...

    def get(self, name: str) -> Program:
        """Return a program by the name under which a process holds it."""
        ...


class Kernel:
    """Processes of one container. ``base``: the environment that is not written down with every process.

    ``pids``: where their numbers come from; ``wake`` is called when another container's process has sent one of them a signal.

    ``is_halted``: the container's own processes take no step (``kill -STOP``); signals wait. Those of exec sessions go on.
    """

    def __init__(
        self,
        programs: Programs,
        files: FileSystem,
        sockets: Sockets,
        clock: Clock,
        base: Mapping[str, str],
        hostname: str,
        user: ContainerUser,
        sink: Sink,
        pids: PidNamespace | None = None,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self.programs, self.files, self.sockets, self.hostname = programs, files, sockets, hostname
        self.user, self.pids, self.wake = user, pids or PidNamespace(), wake
        self._clock, self._base = clock, dict(base)
        self.processes: dict[int, Process] = {}
        self.descriptors = Descriptors(files, sink, self.alive)
        self.root_pid = 0
        self._spent = 0
        self._busy_until = SimTime(0)
        self.is_routine = self.is_halted = False

    @property
    def now(self) -> SimTime:
        """This moment."""
        return self._clock.now

    @property
    def base(self) -> Mapping[str, str]:
        """The container's environment."""
        return self._base

    @property
    def root(self) -> Process | None:
        """The first process, None after its end has been dealt with or before its start."""
        return self.processes.get(self.root_pid)

    @property
    def can_go_on(self) -> bool:
        """Whether a process could take a step at this moment."""
        return not self.is_busy and any(self._can_go_on(process) for process in self.alive())

    @property
    def is_busy(self) -> bool:
        """Whether a process has used up its time and waits for more."""
        return self._busy_until > self.now

    def alive(self) -> list[Process]:
        """Return the processes that have not ended, by number."""
        return [process for process in self.processes.values() if process.is_alive]

    def cpu(self) -> int:
        """Return what the processes use of processors at this moment, in billionths of a core."""
        return sum(process.cpu for process in self.alive()) + (CORE if self.is_busy else 0)

    def memory(self) -> int:
        """Return what the processes hold, in bytes."""
        return sum(process.memory for process in self.alive())

    def spawn(
        self, program: str, argv: list[str], *, parent: int = 0, env: Mapping[str, str], cwd: str, fds: Mapping[int, int], session: int = 0
    ) -> Process:
        """Start a process; its first step comes with ``run``."""
        process = Process(self.pids.draw(), parent, program, argv, dict(env), cwd, dict(fds), self.now, session)
        if not self.root_pid:
            self._begin(process.pid)
        self.processes[process.pid] = process
        return process

    def run(self) -> None:
        """Let processes take their steps until all wait or have ended, or the time of those that never do is used up."""
        if self.is_busy:
            return
        self._spent = 0
        is_moving = True
        while is_moving:
            is_moving = False
            for process in list(self.processes.values()):
                if process.is_alive and self._can_go_on(process):
                    is_moving = True
                    self._step(process)
                    if not self.processes or self._spent >= SLICE_STEPS:
                        break
            if self._spent >= SLICE_STEPS:
                self._busy_until = after(self.now, SLICE)
                return

    def next_wake(self) -> SimTime | None:
        """Return when a process can go on by itself; None: none will."""
        if self.is_busy:
            return self._busy_until
        waits = (p.wait for p in self.alive() if p.wait is not None and not self._is_halted(p))
        return min((wait.until for wait in waits if wait.until is not None), default=None)

    def spend(self, steps: int = 1) -> None:
        """Count work that a process does within a step."""
        self._spent += steps

    @property
    def is_spent(self) -> bool:
        """Whether the steps of this second are used up."""
        return self._spent >= SLICE_STEPS

    def signal(self, pid: int, name: str) -> bool:
        """Send a signal; False: there is no such process."""
        process = self.processes.get(pid)
        if process is None or not process.is_alive:
            other = self.pids.kernel_of(pid)
            if other is not None:
                other.signal(pid, name)
                other.wake()
            return other is not None
        if name == "KILL":
            if pid != INIT:
                self.end(process, 128 + SIGNALS[name])
        elif name in SIGNALS and name not in _HARMLESS and name not in process.signals:
            process.signals.append(name)
        return True

    def kill_all(self, code: int) -> None:
        """End every process at once."""
        for process in self.alive():
            self.end(process, code)

    def end_session(self, session: int) -> None:
        """End the processes of an exec session whose other side has gone, by SIGHUP's default action."""
        for process in self.alive():
            if process.session == session:
                self.end(process, 128 + SIGNALS["HUP"])

    def end(self, process: Process, code: int) -> None:
        """End a process. Its children become the first process's; with the first process all others end."""
        process.exit_code, process.fds, process.memory, process.cpu, process.wait = code, {}, 0, 0, None
        if process.pid == self.root_pid:
            for other in self.alive():
                other.exit_code, other.fds, other.memory, other.cpu = 128 + SIGNALS["KILL"], {}, 0, 0
            return
        for child in self.processes.values():
            if child.parent == process.pid:
                child.parent = self.root_pid
        parent = self.processes.get(process.parent)
        is_awaited = process.parent == 0 or (parent is not None and parent.is_alive and parent.program in _WAITING)
        if not is_awaited:
            self.reap(process.pid)

    def reap(self, pid: int) -> int | None:
        """Take an ended process off the table and return its exit code; None: it has not ended."""
        process = self.processes.get(pid)
        if process is None or process.is_alive:
            return None
        del self.processes[pid]
        return process.exit_code

    def exit_code(self, pid: int) -> int | None:
        """Return the exit code of a process that has ended; None: it lives, or is not there."""
        process = self.processes.get(pid)
        return process.exit_code if process is not None else None

    def children(self, pid: int) -> list[Process]:
        """Return a process's children, ended ones too."""
        return [process for process in self.processes.values() if process.parent == pid]

    def read(self, process: Process, fd: int, limit: int, *, is_line: bool = False) -> bytes | None:
        """Read from a descriptor; None: one has to wait."""
        return self.descriptors.read(process.fds.get(fd), limit, is_line=is_line)

    def write(self, process: Process, fd: int, data: bytes) -> None:
        """Write to a descriptor. Raises PipeClosedError."""
        self._spent += len(data) >> 12
        if data and not self.descriptors.write(process.fds.get(fd), data):
            raise PipeClosedError

    def to_obj(self) -> Obj:
        """Return what has to be kept: the container's own processes. Those of exec sessions end with who holds their streams."""
        kept = [process.to_obj(self._base) for process in self.processes.values() if process.session == 0]
        obj: Obj = {"processes": kept, "nextPid": self.pids.next_pid, "open": self.descriptors.to_obj()}
        if self.root_pid != INIT:
            obj["root"] = self.root_pid
        if self.is_busy:
            obj["busyUntil"] = self._busy_until
        if self.is_routine:
            obj["routine"] = True
        return obj

    def load(self, obj: Obj) -> None:
        """Take up processes where they have stopped."""
        for stored in obj["processes"]:
            process = read_process(stored, self._base)
            self.processes[process.pid] = process
        self._begin(obj.get("root", INIT))
        self.pids.skip_to(obj["nextPid"])
        self._busy_until = SimTime(obj.get("busyUntil", 0))
        self.is_routine = obj.get("routine", False)
        self.descriptors.load(obj["open"])

    def _begin(self, root: int) -> None:
        self.root_pid = root
        self.pids.enter(self)

    def _is_halted(self, process: Process) -> bool:
        return self.is_halted and process.session == 0

    def _can_go_on(self, process: Process) -> bool:
        if self._is_halted(process):
            return False
        if process.signals:
            return True
        wait = process.wait
        if self.descriptors.is_full(process.fds.get(1)):
            return False
        if wait is None:
            return True
        if wait.until is not None and wait.until <= self.now:
            return True
        if wait.fd is not None and self.descriptors.is_readable(process.fds.get(wait.fd)):
            return True
        return wait.child and any(not child.is_alive for child in self.children(process.pid))

    def _step(self, process: Process) -> None:
        self._spent += 1
        program = self.programs.get(process.program)
        if process.signals and not getattr(program, "handles_signals", False):
            code = 128 + SIGNALS[process.signals.pop(0)]
            if process.pid != INIT:
                self.end(process, code)
            return
        process.wait = None
        try:
            result = program(Call(self, process))
        except PipeClosedError:
            result = 128 + SIGNALS["PIPE"]
        if isinstance(result, Wait):
            process.wait = result if result != YIELD else None
        elif process.is_alive:
            self.end(process, result)


YIELD = Wait(SimTime(0))
"""Goes on with the next round."""
