"""Runs what containers run: starts it, lets it go on when its time has come, and writes down where it has stopped.

A container's record is written when something in it has changed, at most once a simulated second unless it starts or ends: as a disk
that is written back. After a crash a program goes on from where it was then. What only sleeps or answers nothing new writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import orjson

from cluster.container_runtime import log_writer
from cluster.container_runtime.image_table import ImageTable, first_moment
from cluster.container_runtime.linux.kernel import Kernel, NotRunnableError
from cluster.container_runtime.linux.sockets import Sockets
from cluster.container_runtime.measuring import add_request, use
from cluster.container_runtime.metadata import Metadata
from cluster.container_runtime.programs.image_program import ENDING, IMAGE
from cluster.container_runtime.records import ContainerRecord, PodRecord
from cluster.container_runtime.task import (
    FILL_SECONDS,
    Task,
    argv_of,
    is_own_program,
    is_steered,
    make_kernel,
    memory_use,
    pids_of,
    place_of,
    planned_end,
    programs_of,
    repository_of,
    shares_processes,
    snapshot,
    start_root,
)
from cluster.container_runtime.texts import planned_log
from cluster.container_runtime.trouble import CRASH_CODE, CRASH_SECONDS, LEAK, Trouble
from cluster.engine.engine import Engine
from cluster.machinery.cri import CriError
from cluster.machinery.daemons import DaemonError, Daemons
from cluster.machinery.encoding import kept_json
from cluster.machinery.meta import SECOND, SimTime, after
from cluster.machinery.network import Network, Peer, PodServer
from cluster.machinery.node_files import NodeFiles
from cluster.machinery.steering import stated_memory
from cluster.machinery.usage import Usage

SIGKILL_CODE = 137
"""128 + 9."""
OOM_KILLED = "OOMKilled"
CRASH_LINE = b"simulation: the program ends here, as it was made to\n"
WRITE_EVERY = SECOND
"""Simulated microseconds between two writes of a container that goes on."""
Ended = Callable[[PodRecord, ContainerRecord, int, str], None]
"""Told of a container that has ended by itself: exit code, and a reason where it is not that of the code."""


class Surroundings:
    """What is around the containers of one node. ``node_ip``: the address of pods on the host's network."""

    def __init__(
        self,
        node: str,
        engine: Engine,
        table: ImageTable,
        files: NodeFiles,
        network: Network,
        daemons: Daemons,
        node_ip: Callable[[], str],
    ) -> None:
        self.node, self.name, self.engine, self.table = node, f"node/{node}/containerd", engine, table
        self.files, self.network, self.daemons, self.node_ip = files, network, daemons, node_ip


class Tasks:
    """The running containers of one node. ``server``: what listens in its sandboxes; ``ended`` is told of ends."""

    def __init__(self, around: Surroundings, metadata: Metadata, ended: Ended) -> None:
        self._around, self._metadata, self._ended = around, metadata, ended
        self._engine = around.engine
        self._tasks: dict[str, Task] = {}
        self._answering: dict[str, Task] = {}
        self.server: PodServer | None = None
        self.output: Callable[[str, int, str, bytes], None] | None = None
        self.changed: Callable[[str], None] | None = None

    def get(self, container_id: str) -> Task | None:
        """Return a running container's task, or None."""
        return self._tasks.get(container_id)

    def begin(self, pod: PodRecord, container: ContainerRecord) -> CriError | None:
        """Start what a container runs, up to where it waits; ``container.started_at`` is set. The error: there is nothing to run."""
        config, row = container.config, self._around.table.row(container.image)
        task = Task(pod, container, row)
        argv, program = argv_of(config, row), IMAGE
        target = self._tasks.get(config.target_id)
        if target is not None:
            self._kernel(target)
        if not is_steered(config) and not is_own_program(config, row):
            kernel = self._made(task)
            try:
                program, argv = kernel.programs.find(kernel.files, config.working_dir or row.working_dir, argv, "")
            except NotRunnableError as fault:
                task.kernel = None
                words = "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
                return CriError("Unknown", f"{words}unable to start container process: error during container init: {fault.oci}: unknown")
        self._tasks[container.id] = task
        task.is_image = program == IMAGE
        if task.is_image:
            container.log = planned_log(pod, container, row, pod.ip or self._around.node_ip())
            if row.is_open and config.command and not is_steered(config):
                container.log.append([container.started_at, f"simulation: {argv[0]} is not simulated; the container runs on"])
        if not task.is_image or planned_end(config, row) is not None or config.stdin or shares_processes(config):
            start_root(task, self._made(task), program, argv)
        else:
            task.kernel = None
        if task.kernel is not None:
            task.kernel.run()
        if target is not None:
            self.note(target)  # from now on its numbers have to be kept
        self._start_daemon(task)
        return None

    def resume(self, pod: PodRecord, container: ContainerRecord) -> None:
        """Go on with a container that was found running."""
        row = self._around.table.row(container.image)
        task = Task(pod, container, row)
        self._tasks[container.id] = task
        task.is_image = is_steered(container.config) or is_own_program(container.config, row)
        if not task.is_image:
            try:
                task.is_image = programs_of(row).find(self._made(task).files, "/", argv_of(container.config, row), "")[0] == IMAGE
            except NotRunnableError:
                task.is_image = False
        if container.task is not None or planned_end(container.config, row) is not None or shares_processes(container.config):
            self._kernel(task)
        self._start_daemon(task)
        if task.kernel is not None and task.kernel.can_go_on:
            self._soon(task)
        else:
            self._plan(task)

    def run(self, task: Task, *, write: bool = True) -> None:
        """Let a container's processes go on, and deal with what has come of it. ``write``: write down what has changed."""
        container, kernel = task.container, task.kernel
        if kernel is None or self._tasks.get(container.id) is not task:
            return
        kernel.run()
        root = kernel.root
        code = root.exit_code if root is not None else 0
        if self._is_out_of_memory(task):
            self._end(task, SIGKILL_CODE, OOM_KILLED)
        elif code is not None:
            self._end(task, code, "")
        else:
            self._plan(task)
            if write:
                self.note(task)
        if self.changed is not None:
            self.changed(container.id)

    def first_run(self, container_id: str) -> None:
        """Deal with what a container has done at its start; its event has been told."""
        if (task := self._tasks.get(container_id)) is not None:
            self._plan(task)
            self.run(task)

    def signal(self, container_id: str, name: str) -> None:
        """Send a signal to a container's first process, which takes it in a step of its own."""
        task = self._tasks.get(container_id)
        if task is None:
            return
        if task.kernel is not None or name not in ENDING or task.is_hung:
            kernel = self._kernel(task)
            kernel.signal(kernel.root_pid, name)
            self._soon(task)
        elif task.row.stop_seconds is not None:
            task.ending = (after(self._engine.clock.now, task.row.stop_seconds), task.row.stop_code)
            self._plan(task)

    def kernel(self, task: Task) -> Kernel:
        """Return the processes of a container, made if there are none in memory."""
        return self._kernel(task)

    def forget(self, container_id: str) -> None:
        """Stop acting for a container: it has ended."""
        task = self._tasks.pop(container_id, None)
        self._answering.pop(container_id, None)
        if task is not None:
            task.stop_timers()
            if task.daemon is not None:
                task.daemon.stop()
            if task.kernel is not None:
                task.container.task = None
                task.kernel.kill_all(SIGKILL_CODE)
                for other in task.kernel.pids.leave(task.kernel):
                    other.kill_all(SIGKILL_CODE)
                    other.wake()

    def pause(self) -> None:
        """Stop acting; what is recorded stays."""
        for task in self._tasks.values():
            task.stop_timers()
            if task.daemon is not None:
                task.daemon.stop()
        self._tasks.clear()
        self._answering.clear()

    def access(self, task: Task, line: str, seconds: float) -> None:
        """Note a request that a container's own program has answered: its line in the log, what it has used of a processor."""
        now = self._engine.clock.now
        if seconds:
            add_request(task.container, now, seconds)
        if line:
            log_writer.write(task.container, now, log_writer.STDOUT, f"{line}\n".encode())
        if line or seconds:
            self._answering[task.container.id] = task
            self.note(task)

    def usage(self, task: Task) -> Usage:
        """Return what a container uses at this moment."""
        kernel = task.kernel
        processes = Usage(kernel.cpu(), kernel.memory()) if kernel is not None else None
        return use(task.pod, task.container, task.row, self._engine.clock.now, processes, task.pod.annotations)

    def replan(self, container_id: str) -> None:
        """Take note that a container is held to other limits, or is said to use something else."""
        if (task := self._tasks.get(container_id)) is not None:
            self._plan(task)

    def trouble_changed(self, container_id: str) -> None:
        """Take note that something is wrong with a container from now on, or no longer: what waited for it goes on."""
        if (task := self._tasks.get(container_id)) is not None:
            if task.kernel is not None:
                task.kernel.is_halted = task.is_hung
            self._soon(task)

    def note(self, task: Task) -> None:
        """Write a container down, now or within a second, if something has changed."""
        now = self._engine.clock.now
        if task.flush is not None:
            return
        if now - task.written_at >= WRITE_EVERY:
            self._write(task)
        else:
            seconds = (task.written_at + WRITE_EVERY - now) / SECOND
            task.flush = self._engine.after(seconds, self._around.name, lambda: self._flush(task), background=True)

    def write_back(self) -> None:
        """Write down now which requests were answered, instead of within a second: who has seen the answer may look for it in the log."""
        for task in self._answering.values():
            if task.flush is not None:
                task.flush.cancel()
                self._flush(task)
        self._answering.clear()

    def remember(self, container: ContainerRecord) -> None:
        """Put what a task holds into its container's record, which somebody is about to write."""
        task = self._tasks.get(container.id)
        if task is not None:
            self._take_snapshot(task)
            task.written_at = self._engine.clock.now

    def _flush(self, task: Task) -> None:
        task.flush = None
        if self._tasks.get(task.container.id) is task:
            self._write(task)

    def _write(self, task: Task) -> None:
        if self._take_snapshot(task):
            task.written_at = self._engine.clock.now
            self._metadata.write(task.pod)

    def _take_snapshot(self, task: Task) -> bool:
        """Put the processes into the record; whether they, or the log, differ from what was written last."""
        container = task.container
        if task.kernel is not None:
            container.task = orjson.loads(orjson.dumps(snapshot(task, task.kernel)))
        kept, log = container.task or {}, container.log
        processes = [kept.get(name) for name in ("processes", "files", "busyUntil")]
        state = kept_json([processes, log[-1:], len(log), container.chunks, container.partial, container.loads])
        is_new, task.saved = state != task.saved, state
        return is_new

    def _kernel(self, task: Task) -> Kernel:
        if task.kernel is None:
            kernel = self._made(task)
            if kernel.root is None:
                start_root(task, kernel, IMAGE, argv_of(task.container.config, task.row))
                kernel.run()
        return self._made(task)

    def _made(self, task: Task) -> Kernel:
        if task.kernel is None:
            pod, around = task.pod, self._around
            server = self.server
            if server is None:
                raise RuntimeError("nothing can listen yet")
            peer = Peer(around.node, pod.ip or around.node_ip(), pod.key)
            sockets = Sockets(around.network, server, lambda: peer)
            container_id = task.container.id
            task.kernel = make_kernel(
                task,
                around.files,
                sockets,
                self._engine.clock,
                lambda session, stream, data: self._take(container_id, session, stream, data),
                pids_of(task, self._tasks),
                lambda: self._soon(task),
            )
            task.kernel.is_halted = task.is_hung
        return task.kernel

    def _take(self, container_id: str, session: int, stream: str, data: bytes) -> None:
        task = self._tasks.get(container_id)
        if session == 0 and task is not None:
            log_writer.write(task.container, self._engine.clock.now, stream, data)
        if self.output is not None:
            self.output(container_id, session, stream, data)

    def _plan(self, task: Task) -> None:
        """Set the timer for what comes next by itself."""
        moments = [self._out_of_memory_at(task), self._crash_at(task), task.ending[0] if task.ending is not None else None]
        is_routine = False
        if task.kernel is not None:
            moments.append(task.kernel.next_wake())
            is_routine = task.kernel.is_routine
        moment = min((each for each in moments if each is not None), default=None)
        if task.timer is not None:
            if task.timer.when == moment and not task.timer.cancelled:
                return
            task.timer.cancel()
            task.timer = None
        if moment is not None:
            seconds = (moment - self._engine.clock.now) / SECOND
            task.timer = self._engine.after(seconds, self._around.name, lambda: self._due(task), background=is_routine)

    def _soon(self, task: Task) -> None:
        if task.timer is not None:
            task.timer.cancel()
        task.timer = self._engine.after(0, self._around.name, lambda: self._due(task))

    def _due(self, task: Task) -> None:
        task.timer = None
        if task.ending is not None and task.ending[0] <= self._engine.clock.now:
            self._end(task, task.ending[1], "")
        elif (crash := self._crash_at(task)) is not None and crash <= self._engine.clock.now:
            log_writer.write(task.container, self._engine.clock.now, "stderr", CRASH_LINE)
            self._end(task, CRASH_CODE, "")
        elif task.kernel is None and self._is_out_of_memory(task):
            self._end(task, SIGKILL_CODE, OOM_KILLED)
        elif task.kernel is None:
            self._plan(task)
        else:
            self.run(task)

    def _crash_at(self, task: Task) -> SimTime | None:
        if task.trouble != Trouble.CRASH_LOOP:
            return None
        return max(after(task.container.started_at, CRASH_SECONDS), SimTime(self._engine.clock.now))

    def _out_of_memory_at(self, task: Task) -> SimTime | None:
        limit = task.container.config.resources.memory_limit
        if not limit:
            return None
        stated = LEAK if task.trouble == Trouble.OUT_OF_MEMORY else stated_memory(task.pod.annotations)
        if stated is not None:
            seconds = FILL_SECONDS if stated > limit else None
        elif self._is_out_of_memory(task):
            seconds = 0.0
        else:
            seconds = first_moment(task.row.memory, limit - (task.kernel.memory() if task.kernel is not None else 0))
        if seconds is None:
            return None
        return max(after(task.container.started_at, seconds + 0.001), SimTime(self._engine.clock.now))

    def _is_out_of_memory(self, task: Task) -> bool:
        limit = task.container.config.resources.memory_limit
        return bool(limit) and memory_use(task, self._engine.clock.now) > limit

    def _end(self, task: Task, code: int, reason: str) -> None:
        self._ended(task.pod, task.container, code, reason)

    def _start_daemon(self, task: Task) -> None:
        if not task.is_image:
            return
        ip, is_new = task.pod.ip or self._around.node_ip(), task.container.started_at == self._engine.clock.now
        place = place_of(task, self._around.node, ip, is_new=is_new, give_up=partial(self._give_up, task))
        try:
            task.daemon = self._around.daemons.start(repository_of(task.container.image), place)
        except DaemonError as error:
            self._give_up(task, str(error), 1)

    def _give_up(self, task: Task, line: str, code: int) -> None:
        task.ending = (self._engine.clock.now, code)
        log_writer.write(task.container, task.ending[0], "stderr", f"{line}\n".encode())
        self._plan(task)
