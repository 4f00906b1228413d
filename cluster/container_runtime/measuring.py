"""How much of its node a container uses: by annotation, else by its image's curves, its processes and the requests it answers.

The real containerd reads cgroups. Here all of it follows from a container's record, its image's row and the moment, so that every
process that has the node's disk can tell. What an image's row does not say is made up from the pod's requests (``machinery/usage.py``).

Upstream: ``github.com/containerd/containerd``, ``internal/cri/server/container_stats_list.go``.
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.container_runtime.image_table import ImageRow, ImageTable, curve_at
from cluster.container_runtime.linux.kernel import CORE
from cluster.container_runtime.records import ContainerRecord, PodRecord, from_obj
from cluster.container_runtime.trouble import LEAK, Trouble
from cluster.engine.clock import Clock
from cluster.machinery.meta import SECOND, Obj, SimTime
from cluster.machinery.node_storage import NodeStorage
from cluster.machinery.steering import CPU_USAGE, cores, stated_memory
from cluster.machinery.usage import Usage, container_usage

LOAD_WINDOW = 15
"""Seconds over which requests count as use of a processor."""


def use(
    pod: PodRecord, container: ContainerRecord, row: ImageRow, now: SimTime, processes: Usage | None, annotations: Mapping[str, str]
) -> Usage:
    """Return what a container uses at a moment, within its limits: more memory than that nobody can measure, as the container is killed.

    ``processes``: what those in it use; None: there are none. ``annotations``: the pod's, as they are now.
    """
    limits, seconds = container.config.resources, (now - container.started_at) / SECOND
    requests = {"cpu": f"{limits.cpu_request}m", "memory": str(limits.memory_request)}
    spec = {"name": container.config.name, "image": container.image, "resources": {"requests": requests}}
    cpu, memory = container_usage(pod.uid, spec, now, annotations)
    if cores(annotations, CPU_USAGE) is None:
        base = curve_at(row.cpu, seconds) if row.cpu else cpu
        busy = processes.cpu if processes is not None else 0
        cpu = (busy or base) + request_use(container, now)
    if stated_memory(annotations) is None:
        base = curve_at(row.memory, seconds) if row.memory else 0
        memory = base + (processes.memory if processes is not None else 0) or memory
    if pod.trouble_of(container) == Trouble.OUT_OF_MEMORY:
        memory = LEAK
    return Usage(min(cpu, limits.cpu_limit * CORE // 1000) if limits.cpu_limit else cpu, min(memory, limits.memory_limit or memory))


def add_request(container: ContainerRecord, now: SimTime, seconds: float) -> None:
    """Count what a request has cost of a processor, in the window of this moment."""
    window = now // (LOAD_WINDOW * SECOND)
    loads = [load for load in container.loads if load[0] >= window - 1]
    if loads and loads[-1][0] == window:
        loads[-1] = [window, loads[-1][1] + seconds]
    else:
        loads.append([window, seconds])
    container.loads = loads


def request_use(container: ContainerRecord, now: SimTime) -> int:
    """Return what requests use of processors, in billionths: this window's, and of the one before what is not over."""
    window, into = divmod(now, LOAD_WINDOW * SECOND)
    rest = 1 - into / (LOAD_WINDOW * SECOND)
    total = sum(seconds * (1.0 if at == window else rest) for at, seconds in container.loads if at >= window - 1)
    return round(total / LOAD_WINDOW * CORE)


def processes_of(task: Obj | None, now: SimTime) -> Usage | None:
    """Return what the processes in a container's record use; None: there are none."""
    if task is None or "processes" not in task:
        return None
    living = [process for process in task["processes"] if "exitCode" not in process]
    is_busy = task.get("busyUntil", 0) > now
    cpu = sum(process.get("cpu", 0) for process in living) + (CORE if is_busy else 0)
    return Usage(cpu, sum(process.get("memory", 0) for process in living))


class StoredMeasurements:
    """What the containers of one node use, by its disk."""

    def __init__(self, storage: NodeStorage, clock: Clock, table: ImageTable) -> None:
        self._storage, self._clock, self._table = storage, clock, table

    def pod(self, uid: str, annotations: Mapping[str, str]) -> dict[str, Usage]:
        """Return what each running container of a pod uses, by name. ``annotations``: the pod's, as they are now."""
        stored, now = self._storage.get(f"pods/{uid}"), self._clock.now
        if stored is None:
            return {}
        record = from_obj(stored)
        return {
            each.config.name: use(record, each, self._table.row(each.image), now, processes_of(each.task, now), annotations)
            for each in record.containers
            if each.is_running
        }
