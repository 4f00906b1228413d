"""The way from the API server to the kubelets.

What a kubelet answers is on its node's disk, a part of the store; so every process that has a cluster open can answer,
whether or not it runs the loops. The real way is a connection to port 10250 of the node.
"""

from __future__ import annotations

from cluster.container_runtime.log_files import StoredLogs
from cluster.engine.clock import Clock
from cluster.kubelet.log_server import LogServer
from cluster.kubelet.machine import internal_ip
from cluster.machinery.node_logs import KubeletServer
from cluster.machinery.node_storage import StoredNode
from cluster.machinery.storage import Store


class StoredKubelets:
    """Implements ``KubeletServers``."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def connect(self, node: str) -> KubeletServer:
        """Return a node's kubelet. Raises OSError for a machine that is switched off, or that is none."""
        disk = StoredNode(self._store, node)
        machine = disk.get("machine")
        if machine is None:
            raise OSError(f"dial tcp: lookup {node}: no such host")
        if machine["stopped"]:
            raise OSError(f"dial tcp {internal_ip(machine['index'])}:10250: connect: no route to host")
        return LogServer(StoredLogs(disk, self._clock))
