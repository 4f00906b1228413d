"""The log files that containerd writes under ``/var/log/pods``, read by whoever has the node's disk.

A kubelet reads those files itself, without asking containerd. Here a container's lines are known when it starts; a reader sees
those whose moment has come.

Upstream: ``github.com/containerd/containerd``, ``internal/cri/io/logger.go``.
"""

from __future__ import annotations

from cluster.container_runtime.records import from_obj
from cluster.engine.clock import Clock
from cluster.machinery.cri import ContainerState
from cluster.machinery.node_logs import LogFile
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
        is_open = found.state is ContainerState.RUNNING
        until = self._clock.now if is_open else found.finished_at
        return LogFile([(at, line) for at, line in found.log if at <= until], is_open)
