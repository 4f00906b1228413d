"""The way from the API server to the kubelets.

What a kubelet answers of logs is on its node's disk, a part of the store; so every process that has a cluster open can answer,
whether or not it runs the loops. Processes and connections live where the loops run: what is wanted of them is written down as a session.
The real way is a connection to port 10250 of the node.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from cluster.container_runtime.log_files import StoredLogs
from cluster.engine.clock import Clock
from cluster.engine.trace import Trace
from cluster.kubelet import node_endpoints
from cluster.kubelet.log_server import LogServer
from cluster.kubelet.machine import internal_ip
from cluster.kubelet.mirror_pods import uid_on_node
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kubelet_server import Answered, Ending, KubeletServer, Session, StreamOptions
from cluster.machinery.meta import Obj
from cluster.machinery.network import HttpRequest
from cluster.machinery.node_logs import LogOptions, LogReader
from cluster.machinery.node_storage import StoredNode
from cluster.machinery.storage import Store
from cluster.runner.far_ends import ATTACH, EXEC, HTTP, PORT_FORWARD
from cluster.runner.faults.record import STOPPED, Faults
from cluster.runner.faults.runtime_line import line_to
from cluster.runner.node_measurements import NodeMeasurements
from cluster.runner.session_records import request_obj
from cluster.runner.stored_session import StoredSession


class StoredKubelets:
    """Implements ``KubeletServers``."""

    def __init__(self, store: Store, clock: Clock, trace: Trace) -> None:
        self._store, self._clock, self._trace = store, clock, trace
        self._faults = Faults(store)

    def connect(self, node: str) -> KubeletServer:
        """Return a node's kubelet. Raises OSError for a machine that is off, cut off or none, and for a kubelet that is stopped."""
        disk = StoredNode(self._store, node)
        machine = disk.get("machine")
        if machine is None:
            raise OSError(f"dial tcp: lookup {node}: no such host")
        why = "connect: no route to host" if machine["stopped"] else self._unreached(node)
        if why:
            raise OSError(f"dial tcp {internal_ip(machine['index'])}:10250: {why}")
        logs = LogServer(StoredLogs(disk, self._clock), lambda: line_to(f"node/{node}/containerd", self._faults).error)
        return StoredKubelet(self._store, self._clock, self._trace, node, logs)

    def _unreached(self, node: str) -> str:
        """Return why nobody answers on a machine that is on; empty: its kubelet does."""
        kubelet = f"node/{node}/kubelet"
        if self._faults.has(kubelet, STOPPED):
            return "connect: connection refused"
        return "i/o timeout" if self._faults.cuts_off(kubelet, node) else ""

    def http(self, address: str, port: int, request: HttpRequest) -> Session:
        """Have a request sent from the API server's machine."""
        wanted = {"kind": HTTP, "address": address, "port": port, "request": request_obj(request), "cause": self._trace.current}
        return StoredSession(self._store, wanted)


class StoredKubelet:
    """One kubelet. Implements ``KubeletServer``."""

    def __init__(self, store: Store, clock: Clock, trace: Trace, node: str, logs: LogServer) -> None:
        self._store, self._clock, self._trace, self._node, self._logs = store, clock, trace, node, logs

    def container_logs(self, pod: Obj, options: LogOptions) -> LogReader:
        """Open a log. Raises ApiError 400."""
        return self._logs.container_logs(pod, options)

    def exec(self, pod: Obj, options: StreamOptions) -> Session:
        """Have a command run in a container."""
        return self._session(EXEC, pod, options)

    def attach(self, pod: Obj, options: StreamOptions) -> Session:
        """Have a container's own process connected."""
        return self._session(ATTACH, pod, options)

    def port_forward(self, pod: Obj) -> Callable[[int], Session]:
        """Return what has a port of a pod connected."""
        wanted = self._wanted(PORT_FORWARD, pod)
        return lambda port: StoredSession(self._store, {**wanted, "port": port})

    def http(self, request: HttpRequest) -> Session:
        """Answer out of what the node has reported and measured."""
        pods = [kv.obj for kv in self._store.list(PODS.storage_key("", "")).items]
        own = [pod for pod in pods if pod["spec"].get("nodeName") == self._node]
        measured = NodeMeasurements(self._store, self._clock)
        return Answered(Ending(), node_endpoints.answer(self._node, own, self._clock.now, measured, request))

    def _session(self, kind: str, pod: Obj, options: StreamOptions) -> Session:
        return StoredSession(self._store, {**self._wanted(kind, pod), "options": asdict(options)})

    def _wanted(self, kind: str, pod: Obj) -> Obj:
        return {"node": self._node, "kind": kind, "podUID": uid_on_node(pod), "cause": self._trace.current}
