"""The scheduler alone, in pods a second of CPU time: no API server, no store, no hops written.

Each pod is like the last one, as the pods of a Deployment are, and stays where it was put. ``spread``: pods that belong to a
workload, which the system's default constraints spread over nodes and zones; the others say themselves where they want to be.
"""

from __future__ import annotations

import time

from cluster.engine.clock import Clock
from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.machinery.labels import EVERYTHING, Selector, selector_from_labels
from cluster.machinery.meta import Obj, SimTime
from cluster.scheduler.cache import Cache
from cluster.scheduler.framework import Framework
from cluster.scheduler.node_info import PodInfo
from cluster.scheduler.plugins import default_profile
from scripts.bench.report import figure
from tests.unit.scheduler.build import View, node, pod

SIZES = ((100, 1000), (1000, 500), (5000, 300))
"""Nodes, and pods that are scheduled on them."""
ZONES = 3


_REQUIRED, _PREFERRED = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
_LIKE: Obj = {"matchLabels": {"app": "web"}}
_HOST: Obj = {"labelSelector": _LIKE, "topologyKey": "kubernetes.io/hostname"}
_ZONE: Obj = {"labelSelector": _LIKE, "topologyKey": "topology.kubernetes.io/zone"}
_HARD: Obj = {"maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}
CHOOSY: dict[str, Obj] = {
    "hard spread over nodes": {"topologySpreadConstraints": [_HOST | _HARD]},
    "hard spread over zones": {"topologySpreadConstraints": [_ZONE | _HARD]},
    "affinity": {"affinity": {"podAffinity": {_REQUIRED: [_ZONE]}}},
    "preferred anti-affinity": {"affinity": {"podAntiAffinity": {_PREFERRED: [{"weight": 1, "podAffinityTerm": _HOST}]}}},
}
"""What pods say of where they want to be."""


def _pods(count: int, spec: Obj) -> list[PodInfo]:
    made = []
    for number in range(count):
        obj: Obj = pod(f"web-{number}", requests={"cpu": "100m", "memory": "100Mi"}, **spec)
        obj["metadata"]["labels"] = {"app": "web"}
        made.append(PodInfo.of(obj))
    return made


def pods_per_second(nodes: int, pods: int, spreading: Selector, spec: Obj) -> float:
    """Schedule pods on empty nodes. ``spreading``: what selects their like; ``spec``: what they say themselves."""
    cache, trace = Cache(), Trace(Clock(SimTime(0)))
    for number in range(nodes):
        cache.set_node(node(f"n{number}", cpu="32", memory="128Gi", labels={"topology.kubernetes.io/zone": f"z{number % ZONES}"}))
    framework = Framework(default_profile(View(spreading=spreading)), trace, Rng(1))
    waiting = _pods(pods, spec)
    begun = time.process_time()
    for each in waiting:
        cache.assume(each, framework.schedule(each, cache.snapshot).node)
        trace.take()
    return pods / (time.process_time() - begun)


def alone(runs: int) -> None:
    """Print the figures."""
    print("\nthe scheduler alone, pods scheduled per second of CPU")
    for nodes, pods in SIZES:
        kinds = [("pods", EVERYTHING, {}), ("spread", selector_from_labels({"app": "web"}), {})]
        for name, selector, spec in (*kinds, *((name, EVERYTHING, spec) for name, spec in CHOOSY.items())):
            figure(f"{nodes} nodes, {name}", "/s", [pods_per_second(nodes, pods, selector, spec) for _ in range(runs)])
