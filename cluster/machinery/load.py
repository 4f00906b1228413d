"""The load on a workload: CPU time that its running pods share. Pure.

Real load is requests that a Service spreads over its pods. Here a workload's annotation ``simulation.podium/load`` says how much CPU
time all its running pods use together (a quantity: ``900m`` are 300m each of three): an autoscaler that adds pods makes each of them
use less. A pod's own ``simulation.podium/cpu`` goes before it.
"""

from __future__ import annotations

from cluster.machinery.meta import Obj
from cluster.machinery.steering import LOAD, cores


def load_of(workload: Obj) -> int | None:
    """Return the load that a workload's annotation states, in billionths of a core; None when it states none that can be read."""
    return cores(workload["metadata"].get("annotations"), LOAD)


def share_of(load: int, pods: int, containers: int) -> str:
    """Return what each container of each of ``pods`` running pods uses, as a quantity."""
    return f"{load // (max(1, pods) * max(1, containers))}n"
