"""The way from a kubelet to its runtime's socket, as faults leave it.

Containers are children of their shims, not of containerd: they run on whatever becomes of it. Stopped, nobody listens on the socket; cut
off, the socket's file is gone, and what listened there works for nobody.

Upstream: ``google.golang.org/grpc`` (the words of the errors).
"""

from __future__ import annotations

from cluster.kubelet.cri import CLEAR, Line
from cluster.machinery.cri import CriError
from cluster.runner.faults.record import CUT_OFF, SLOW, STOPPED, Faults

SOCKET = "/run/containerd/containerd.sock"
_WHY = {STOPPED: "connection refused", CUT_OFF: "no such file or directory"}


def line_to(runtime: str, faults: Faults) -> Line:
    """Return how the kubelet reaches a runtime (``node/n1/containerd``)."""
    fault = faults.now.get(runtime)
    if fault is None:
        return CLEAR
    if fault.fault == SLOW:
        return Line(seconds=fault.seconds)
    words = f"transport: Error while dialing: dial unix {SOCKET}: connect: {_WHY[fault.fault]}"
    return Line(CriError("Unavailable", f'connection error: desc = "{words}"'))
