"""The log files that containerd writes under ``/var/log/pods``, read by whoever has the node's disk.

A kubelet reads those files itself, without asking containerd. Lines that an image's program will write are known when it starts; a
reader sees those whose moment has come.

Upstream: ``github.com/containerd/containerd``, ``internal/cri/io/logger.go``.
"""

from __future__ import annotations

from cluster.container_runtime.log_writer import STDOUT, all_lines, moment_of
from cluster.container_runtime.records import LogLine, from_obj
from cluster.engine.clock import Clock
from cluster.machinery.node_logs import Line, LogFile
from cluster.machinery.node_storage import NodeStorage


class StoredLogs:
    """Implements ``LogFiles`` on a node's disk."""

    def __init__(self, storage: NodeStorage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    def log(self, pod_uid: str, container_id: str) -> LogFile | None:
        """Return a container's log, or None when it has been removed."""
        stored = self._storage.get(f"pods/{pod_uid}")
        found = next((c for c in from_obj(stored).containers if c.id == container_id), None) if stored is not None else None
        if found is None:
            return None
        until = self._clock.now if found.is_running else found.finished_at
        gone, lines = all_lines(self._storage, found)
        return LogFile([as_line(line) for line in lines if moment_of(line) <= until], found.is_running, gone)


def as_line(stored: LogLine) -> Line:
    """Return a line as readers have it."""
    return Line(moment_of(stored), str(stored[1]), str(stored[2]) if len(stored) > 2 else STDOUT, len(stored) > 3 and bool(stored[3]))
