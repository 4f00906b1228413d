"""Lifecycle hooks: what a container's author wants done right after its start and right before its end.

``exec`` runs in the container, ``httpGet`` is asked over the network as a process of the node, ``sleep`` lets time pass. A hook of
the old form ``tcpSocket`` does nothing, as upstream. Upstream: ``pkg/kubelet/lifecycle/handlers.go``.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.engine.engine import Engine
from cluster.kubelet.prober.attempt import PortError, Target, http_request
from cluster.machinery.cri import CriError, ExecResult, ProcessRuntime
from cluster.machinery.meta import Obj
from cluster.machinery.network import Network, NetworkError, Peer

HookDone = Callable[[bool], None]
"""Called once, when the hook has ended, with whether it succeeded."""


class HookRunner:
    """Runs the hooks of one node's containers. ``peer``: the node itself."""

    def __init__(self, engine: Engine, network: Network, runtime: ProcessRuntime, peer: Peer) -> None:
        self._engine, self._network, self._runtime, self._peer = engine, network, runtime, peer

    def run(self, handler: Obj, target: Target, done: HookDone) -> None:
        """Run a ``postStart`` or ``preStop`` handler and call ``done``, now or later."""
        if "exec" in handler:
            command = handler["exec"].get("command") or []
            self._runtime.exec_sync(target.container_id, command, 0, lambda result: done(_has_succeeded(result)))
        elif "httpGet" in handler:
            done(self._get(handler["httpGet"], target))
        elif "sleep" in handler:
            self._engine.after(float(handler["sleep"].get("seconds") or 0), self._name, lambda: done(True))
        else:
            done(True)

    @property
    def _name(self) -> str:
        return f"node/{self._peer.node}/kubelet"

    def _get(self, action: Obj, target: Target) -> bool:
        try:
            host, port, request = http_request(action, target)
            self._network.http(self._peer, host, port, request)
        except (NetworkError, PortError):
            return False
        return True


def _has_succeeded(result: ExecResult | CriError) -> bool:
    return not isinstance(result, CriError) and result.exit_code == 0
