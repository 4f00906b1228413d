"""Probes, as far as a simulation without programs can have them: each probe succeeds from its first try on.

So a probe only costs its delays. The pod's annotation ``simulation.podium/ready=false`` makes its readiness fail, by hand, as
long as it is there. A liveness probe never fails. Upstream: ``pkg/kubelet/prober``.
"""

from __future__ import annotations

from cluster.machinery.meta import Obj

READY = "simulation.podium/ready"
DEFAULT_PERIOD = 10


def seconds_until_success(probe: Obj | None) -> float:
    """Return how long after its start a container passes a probe: the delay, then ``successThreshold`` tries in a row."""
    if not probe:
        return 0.0
    tries = max(int(probe.get("successThreshold") or 1), 1)
    return float(probe.get("initialDelaySeconds") or 0) + (tries - 1) * float(probe.get("periodSeconds") or DEFAULT_PERIOD)


def seconds_until_started(container: Obj) -> float:
    """Return how many seconds after its start a container counts as started."""
    return seconds_until_success(container.get("startupProbe"))


def seconds_until_ready(container: Obj) -> float:
    """Return how many seconds after its start a container counts as ready: readiness is not asked before it has started."""
    return max(seconds_until_started(container), seconds_until_success(container.get("readinessProbe")))


def is_held_unready(pod: Obj) -> bool:
    """Whether the annotation keeps the pod's containers from being ready."""
    return (pod["metadata"].get("annotations") or {}).get(READY) == "false"
