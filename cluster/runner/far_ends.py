"""Opens the far end of a session: which node it is on, and what is wanted there.

The real API server dials the kubelet's port 10250; here the process that runs the loops hands over.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.engine.engine import Engine
from cluster.kubelet.streaming_server import FarEnd, NodeProcesses, Refused, StreamingServer
from cluster.machinery.kubelet_server import StreamOptions
from cluster.machinery.meta import Obj
from cluster.machinery.network import Network, Peer
from cluster.runner.proxied_request import ProxiedRequest
from cluster.runner.session_records import request_of

APISERVER = "kube-apiserver"
EXEC, ATTACH, PORT_FORWARD, HTTP = "exec", "attach", "portForward", "http"


class FarEnds:
    """``runtime``: that of a node, None when its kubelet does not run. ``peer``: the API server's machine on the network."""

    def __init__(self, runtime: Callable[[str], NodeProcesses | None], network: Network, peer: Peer, engine: Engine) -> None:
        self._runtime, self._network, self._peer, self._engine = runtime, network, peer, engine

    def __call__(self, wanted: Obj, wake: Callable[[], None]) -> FarEnd:
        """Open what is wanted (``kubelet_servers`` writes it)."""
        if wanted["kind"] == HTTP:
            return self._proxied(wanted, wake)
        node, pod_uid = wanted["node"], wanted["podUID"]
        runtime = self._runtime(node)
        if runtime is None:
            return Refused(f"the kubelet of node {node} does not answer")
        server = StreamingServer(runtime, wake, lambda: self._runtime(node) is not runtime)
        if wanted["kind"] == PORT_FORWARD:
            return server.port_forward(pod_uid, wanted["port"])
        options = StreamOptions(**{**wanted["options"], "command": tuple(wanted["options"]["command"])})
        return server.exec(pod_uid, options) if wanted["kind"] == EXEC else server.attach(pod_uid, options)

    def _proxied(self, wanted: Obj, wake: Callable[[], None]) -> FarEnd:
        request = ProxiedRequest(self._network, self._peer, wanted["address"], wanted["port"], request_of(wanted["request"]))

        def deliver() -> None:
            request.deliver()
            wake()

        if request.seconds:
            self._engine.after(request.seconds, APISERVER, deliver)
        else:
            deliver()
        return request
