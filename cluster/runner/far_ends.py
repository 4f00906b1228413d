"""Opens the far end of a session: which node it is on, and what is wanted there.

The real API server dials the kubelet's port 10250; here the process that runs the loops hands over.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.kubelet.streaming_server import FarEnd, NodeProcesses, Refused, StreamingServer
from cluster.machinery.kubelet_server import StreamOptions
from cluster.machinery.meta import Obj

EXEC, ATTACH, PORT_FORWARD = "exec", "attach", "portForward"


class FarEnds:
    """``runtime``: that of a node, None when its kubelet does not run."""

    def __init__(self, runtime: Callable[[str], NodeProcesses | None]) -> None:
        self._runtime = runtime

    def __call__(self, wanted: Obj, wake: Callable[[], None]) -> FarEnd:
        """Open what is wanted (``kubelet_servers`` writes it)."""
        node, pod_uid = wanted["node"], wanted["podUID"]
        runtime = self._runtime(node)
        if runtime is None:
            return Refused(f"the kubelet of node {node} does not answer")
        server = StreamingServer(runtime, wake)
        if wanted["kind"] == PORT_FORWARD:
            return server.port_forward(pod_uid, wanted["port"])
        options = StreamOptions(**{**wanted["options"], "command": tuple(wanted["options"]["command"])})
        return server.exec(pod_uid, options) if wanted["kind"] == EXEC else server.attach(pod_uid, options)
