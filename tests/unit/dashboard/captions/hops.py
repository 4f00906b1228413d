"""Hops that captions are made of."""

from __future__ import annotations

from cluster.engine.trace import Hop

KUBELET, CONTAINERD, CNI = "node/worker-1/kubelet", "node/worker-1/containerd", "node/worker-1/cni"


def hop(
    source: str, target: str, verb: str, key: str = "", *, revision: int = 0, outcome: str = "", detail: dict[str, object] | None = None
) -> Hop:
    """A hop between two components, as the trace has it."""
    return Hop(1, 0, 0, 0, source, target, verb, key, revision, outcome, detail)  # type: ignore[arg-type]
