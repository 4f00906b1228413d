"""How fast a Deployment's pods run, what that costs, and whether the server goes on answering meanwhile."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from scripts.bench.client import Api
from scripts.bench.report import figure
from scripts.bench.usage import cpu_seconds, longest_stall, memory_megabytes, position
from scripts.bench.writer import NAMESPACE
from tests.server import Server

NODES = 50
REAL = {500: 4.95, 2000: 22.47}
"""Seconds that a real control plane took on 50 nodes and two cores, its limits lifted, until all pods of so many ran."""
REAL_LIMITED = {500: 24.16, 2000: 100.11}
"""The same at its default limits."""
MANY_NODES, MANY_PODS = 5000, 10_000
IDLE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Rollout:
    """One Deployment from POST until every pod runs. ``seconds`` and ``stall``: by the wall; ``cpu``: the server's, in seconds."""

    replicas: int
    seconds: float
    cpu: float
    stall: float
    hops: int


def add_nodes(api: Api, count: int) -> None:
    """Have so many nodes more."""
    for number in range(count):
        capacity = {"cpu": "16", "memory": "64Gi", "pods": "110"}
        meta, status = {"name": f"bench-{number}"}, {"capacity": capacity, "allocatable": capacity}
        api.call("POST", "/api/v1/nodes", {"apiVersion": "v1", "kind": "Node", "metadata": meta, "status": status})
    while True:
        nodes = api.call("GET", "/api/v1/nodes")["items"]
        assert isinstance(nodes, list)
        if all(any(c["type"] == "Ready" and c["status"] == "True" for c in node["status"].get("conditions", ())) for node in nodes):
            return
        time.sleep(1)


def roll_out(server: Server, api: Api, name: str, replicas: int) -> Rollout:
    """Create a Deployment and wait until every pod runs, as a watch sees it."""
    labels = {"app": name}
    container = {"name": "c", "image": "nginx:1.25", "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}}}
    template = {"metadata": {"labels": labels}, "spec": {"terminationGracePeriodSeconds": 0, "containers": [container]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}
    hops, _ = position(server)
    longest_stall(server)
    cpu, begun = cpu_seconds(server), time.monotonic()
    api.call("POST", f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments", body)
    running: set[str] = set()
    for event in api.watch(f"/api/v1/namespaces/{NAMESPACE}/pods?watch=1&labelSelector=app%3D{name}"):
        pod = event["object"]
        if isinstance(pod, dict) and pod["status"].get("phase") == "Running":
            running.add(pod["metadata"]["name"])
        if len(running) == replicas:
            break
    seconds, used = time.monotonic() - begun, cpu_seconds(server) - cpu
    return Rollout(replicas, seconds, used, longest_stall(server), position(server)[0] - hops)


def delete(api: Api, name: str) -> None:
    """Delete a Deployment and wait until its pods are gone."""
    api.call("DELETE", f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments/{name}?propagationPolicy=Foreground")
    while api.call("GET", f"/api/v1/namespaces/{NAMESPACE}/pods?limit=1&labelSelector=app%3D{name}")["items"]:
        time.sleep(0.2)


def on_fifty_nodes(server: Server, api: Api, runs: int) -> None:
    """500 and 2,000 pods, and how much dearer a pod is among the many."""
    add_nodes(api, NODES)
    cost: dict[int, float] = {}
    for replicas, real in REAL.items():
        done = []
        for run in range(runs):
            done.append(roll_out(server, api, f"web-{replicas}-{run}", replicas))
            delete(api, f"web-{replicas}-{run}")
        figure(
            f"pods running, Deployment of {replicas} on {NODES} nodes", "pods/s", [replicas / run.seconds for run in done], replicas / real
        )
        print(f"  (a real control plane at its default limits: {replicas / REAL_LIMITED[replicas]:.1f} pods/s)")
        figure("  the same, of a processor's second", "pods/s", [replicas / run.cpu for run in done])
        figure("  CPU of a pod", "ms", [run.cpu / replicas * 1000 for run in done])
        figure("  longest stall of the server's loop (target: under 250)", "ms", [run.stall * 1000 for run in done])
        figure("  hops recorded", "/pod", [run.hops / replicas for run in done])
        cost[replicas] = statistics.median(run.cpu / replicas for run in done)
    few, many = REAL
    figure(f"a pod of {many} costs so many of {few} (target: at most 1.3)", "times", [cost[many] / cost[few]])
    figure("memory of the server", "MB", [memory_megabytes(server)])


def on_many_nodes(server: Server, api: Api) -> None:
    """10,000 pods on 5,000 nodes, and what the nodes cost when nothing happens."""
    begun, cpu = time.monotonic(), cpu_seconds(server)
    add_nodes(api, MANY_NODES)
    figure(f"{MANY_NODES} nodes ready", "s", [time.monotonic() - begun])
    figure("  CPU of a node", "ms", [(cpu_seconds(server) - cpu) / MANY_NODES * 1000])
    figure("  memory of the server", "MB", [memory_megabytes(server)])
    (hops, before), cpu = position(server), cpu_seconds(server)
    time.sleep(IDLE_SECONDS)
    (later, now), used = position(server), cpu_seconds(server) - cpu
    figure("  CPU of a simulated second in which nothing happens", "ms", [used / (now - before) * 1000])
    figure("  hops recorded meanwhile", "/s", [(later - hops) / (now - before)])
    done = roll_out(server, api, "many", MANY_PODS)
    figure(f"{MANY_PODS} pods running on {MANY_NODES} nodes", "s", [done.seconds])
    figure("  pods running", "pods/s", [MANY_PODS / done.seconds])
    figure("  CPU of a pod", "ms", [done.cpu / MANY_PODS * 1000])
    figure("  longest stall of the server's loop", "ms", [done.stall * 1000])
    figure("  memory of the server", "MB", [memory_megabytes(server)])
