"""What one container runs: its own process and those beside it, as containerd's task.

A container whose image's program has done nothing yet has no processes in memory; they are made when somebody looks or acts.

Upstream: ``github.com/containerd/containerd``, ``core/runtime/v2``; runc.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson

from cluster.container_runtime.image_table import ImageRow, curve_at
from cluster.container_runtime.images import parse
from cluster.container_runtime.linux.files import FileSystem
from cluster.container_runtime.linux.kernel import Kernel
from cluster.container_runtime.linux.pids import PidNamespace
from cluster.container_runtime.linux.sockets import Sockets
from cluster.container_runtime.programs.image_program import IMAGE, ImageProgram
from cluster.container_runtime.programs.table import ImagePrograms
from cluster.container_runtime.records import ContainerRecord, PodRecord
from cluster.container_runtime.rootfs import live_files, root_files
from cluster.container_runtime.trouble import LEAK, Trouble
from cluster.container_runtime.users import home_of
from cluster.engine.clock import Clock
from cluster.engine.timers import Timer
from cluster.machinery.cri import NEVER, ContainerConfig, PidMode
from cluster.machinery.daemons import Daemon, DaemonPlace
from cluster.machinery.meta import SECOND, Obj, SimTime, after
from cluster.machinery.node_files import NodeFiles
from cluster.machinery.steering import exit_code, run_seconds, stated_memory

DEFAULT_RUN_SECONDS = 0.2
FILL_SECONDS = 1.0
"""After which a container has taken the memory that its pod says it uses."""
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(slots=True)
class Task:
    """One running container. ``ending``: when and with which code an image's program without processes ends, once it has been told to.

    ``saved``: what was written last.
    """

    pod: PodRecord
    container: ContainerRecord
    row: ImageRow
    is_image: bool = False
    kernel: Kernel | None = None
    timer: Timer | None = None
    flush: Timer | None = None
    written_at: SimTime = NEVER
    saved: bytes = b""
    daemon: Daemon | None = None
    ending: tuple[SimTime, int] | None = None

    @property
    def trouble(self) -> str:
        """What is wrong with it, see ``trouble.py``; empty: nothing."""
        return self.pod.trouble_of(self.container)

    @property
    def is_hung(self) -> bool:
        """Whether its process is halted."""
        return self.trouble == Trouble.HUNG

    def stop_timers(self) -> None:
        """Let nothing more happen by itself."""
        for timer in (self.timer, self.flush):
            if timer is not None:
                timer.cancel()
        self.timer = self.flush = None


def argv_of(config: ContainerConfig, row: ImageRow) -> list[str]:
    """Return a container's command line: the image's, unless the pod says otherwise."""
    if config.command:
        return [*config.command, *config.args]
    if row.is_shell:
        return list(config.args) or list(row.command) or ["sh"]
    return [*(row.command or [posixpath.basename(repository_of(config.image))]), *config.args]


def is_own_program(config: ContainerConfig, row: ImageRow) -> bool:
    """Whether a container runs its image's own program because nobody has named another."""
    return not config.command and not row.is_shell


def programs_of(row: ImageRow) -> ImagePrograms:
    """Return the programs that an image holds."""
    program = ImageProgram(row.stop_seconds, row.stop_code)
    return ImagePrograms(row.tools, row.programs, program, is_busybox=row.is_busybox, is_open=row.is_open)


def planned_end(config: ContainerConfig, row: ImageRow) -> tuple[float, int] | None:
    """Return after how many seconds and with which code the image's program ends; None: it runs on. Annotations come first."""
    if is_steered(config):
        seconds = run_seconds(config.annotations)
        return DEFAULT_RUN_SECONDS if seconds is None else seconds, exit_code(config.annotations) or 0
    return None if row.exits_after is None else (row.exits_after, row.exit_code)


def is_steered(config: ContainerConfig) -> bool:
    """Whether annotations say how a container ends, instead of a program."""
    return run_seconds(config.annotations) is not None or exit_code(config.annotations) is not None


def environment(pod: PodRecord, config: ContainerConfig, row: ImageRow, home: str) -> dict[str, str]:
    """Return the environment that a container's processes begin with. ``home``: the user's."""
    term = {"TERM": "xterm"} if config.tty else {}
    return {"PATH": PATH, "HOSTNAME": hostname_of(pod), **term, **row.env, **config.envs, "HOME": config.envs.get("HOME", home)}


def hostname_of(pod: PodRecord) -> str:
    """Return the name by which a pod's containers know themselves."""
    return pod.hostname or pod.name


def shares_processes(config: ContainerConfig) -> bool:
    """Whether a container sees processes of others."""
    return config.pid_mode is not PidMode.CONTAINER


def place_of(task: Task, node: str, ip: str, *, is_new: bool, give_up: Callable[[str, int], None]) -> DaemonPlace:
    """Return where the component of a container runs."""
    pod, config = task.pod, task.container.config
    mounts = {mount.container_path: mount.host_path for mount in config.mounts}
    return DaemonPlace(node, pod.namespace, pod.name, ip, (*config.command, *config.args), mounts, is_new, give_up)


def pids_of(task: Task, tasks: Mapping[str, Task]) -> PidNamespace:
    """Return where the numbers of a container's processes come from. ``tasks``: the running ones, by container ID."""
    config = task.container.config
    if not shares_processes(config):
        return PidNamespace()
    if config.pid_mode is PidMode.TARGET:
        others = [tasks.get(config.target_id)]
    else:
        others = [
            tasks.get(other.id) for other in task.pod.containers if other.config.pid_mode is PidMode.POD and other is not task.container
        ]
    found = (other.kernel.pids for other in others if other is not None and other.kernel is not None)
    return next(found, None) or PidNamespace(has_pause=config.pid_mode is PidMode.POD)


def make_kernel(
    task: Task,
    files: NodeFiles,
    sockets: Sockets,
    clock: Clock,
    sink: Callable[[int, str, bytes], None],
    pids: PidNamespace,
    wake: Callable[[], None],
) -> Kernel:
    """Return the kernel of a container, with its processes where they have stopped."""
    pod, container, row = task.pod, task.container, task.row
    stored: Obj = container.task or {}
    layer: dict[str, Obj] = {path: dict(entry) for path, entry in stored.get("files", {}).items()}
    live = live_files(pod, container, clock)
    system = FileSystem(root_files(row), layer, container.config.mounts, files, lambda: live)
    env = environment(pod, container.config, row, home_of(container.identity, row))
    kernel = Kernel(programs_of(row), system, sockets, clock, env, hostname_of(pod), container.identity, sink, pids, wake)
    if "processes" in stored:
        kernel.load(orjson.loads(orjson.dumps(stored)))
    return kernel


def start_root(task: Task, kernel: Kernel, program: str, argv: list[str]) -> None:
    """Start a container's first process."""
    config, descriptors = task.container.config, kernel.descriptors
    output = descriptors.open({"kind": "output", "stream": "stdout"})
    if config.tty:
        reading = output = errors = descriptors.input(0, is_terminal=True)
    else:
        reading = descriptors.input(0, is_terminal=False) if config.stdin else descriptors.open({"kind": "null"})
        errors = descriptors.open({"kind": "output", "stream": "stderr"})
    cwd = config.working_dir or task.row.working_dir
    root = kernel.spawn(program, argv, env=kernel.base, cwd=cwd, fds={0: reading, 1: output, 2: errors})
    root.started_at = task.container.started_at
    end = planned_end(config, task.row) if program == IMAGE else None
    if end is not None:
        root.state["ends"] = [after(task.container.started_at, end[0]), end[1]]


def snapshot(task: Task, kernel: Kernel) -> Obj | None:
    """Return what a container's record keeps of its processes and files; None: they are as its image makes them."""
    obj = kernel.to_obj()
    root = kernel.root
    is_alone = len(obj["processes"]) == 1 and root is not None and root.program == IMAGE and not root.state and not kernel.pids.is_shared
    if is_alone and not kernel.files.layer and not task.container.config.stdin:
        return None
    if kernel.files.layer:
        obj["files"] = kernel.files.layer
    return obj


def memory_use(task: Task, now: SimTime) -> int:
    """Return what a container holds as its pod says, else by its row's curve and its tools, in bytes; a leak comes before all that."""
    seconds = (now - task.container.started_at) / SECOND
    if task.trouble == Trouble.OUT_OF_MEMORY:
        return LEAK if seconds >= FILL_SECONDS else 0
    stated = stated_memory(task.pod.annotations)
    if stated is not None:
        return stated if seconds >= FILL_SECONDS else 0
    base = curve_at(task.row.memory, seconds) if task.row.memory else 0
    return base + (task.kernel.memory() if task.kernel is not None else 0)


def repository_of(image: str) -> str:
    """Return the path of an image's name, as ``Daemons`` knows components."""
    return parse(image)[1]
