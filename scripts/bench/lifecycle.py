"""The demo as a whole: how soon its page answers, and how fast a Deployment's pods run."""

from __future__ import annotations

import json
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.bench.client import Api
from scripts.bench.report import figure
from scripts.bench.writer import NAMESPACE
from tests.server import Server, running_demo

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def demo(folder: Path) -> Iterator[tuple[Server, float]]:
    """A demo at instant pace, and the seconds until its page answered."""
    begun = time.monotonic()
    with running_demo(folder, env={"DJANGO_SETTINGS_MODULE": "scripts.bench.settings", "PYTHONPATH": str(ROOT)}) as server:
        yield server, time.monotonic() - begun


def start_up(runs: int) -> None:
    """From the command to the first answered page: an empty folder, and one that has been used."""
    empty: list[float] = []
    used: list[float] = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            for results in (empty, used):
                with demo(Path(folder) / "data") as (_, seconds):
                    results.append(seconds)
    figure("start-up, empty folder", "s", empty)
    figure("start-up, used folder", "s", used)


def add_nodes(api: Api) -> None:
    """Add ten nodes to the demo's own."""
    for number in range(10):
        capacity = {"cpu": "16", "memory": "64Gi", "pods": "110"}
        meta, status = {"name": f"bench-{number}"}, {"capacity": capacity, "allocatable": capacity}
        api.call("POST", "/api/v1/nodes", {"apiVersion": "v1", "kind": "Node", "metadata": meta, "status": status})


def rollout(server: Server, api: Api, replicas: int, runs: int) -> None:
    """A Deployment from POST until every pod runs, seen by a watch."""
    rates: list[float] = []
    hops: list[float] = []
    for run in range(runs):
        name = f"web{run}"
        labels = {"app": name}
        container = {"name": "c", "image": "nginx:1.25", "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}}}
        template = {"metadata": {"labels": labels}, "spec": {"terminationGracePeriodSeconds": 0, "containers": [container]}}
        spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
        before = head(server)
        begun = time.monotonic()
        body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}
        api.call("POST", f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments", body)
        running: set[str] = set()
        for event in api.watch(f"/api/v1/namespaces/{NAMESPACE}/pods?watch=1&labelSelector=app%3D{name}"):
            pod = event["object"]
            if isinstance(pod, dict) and pod["status"].get("phase") == "Running":
                running.add(pod["metadata"]["name"])
            if len(running) == replicas:
                break
        seconds = time.monotonic() - begun
        rates.append(replicas / seconds)
        hops.append((head(server) - before) / seconds)
        api.call("DELETE", f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments/{name}?propagationPolicy=Foreground")
        while api.call("GET", f"/api/v1/namespaces/{NAMESPACE}/pods?limit=1&labelSelector=app%3D{name}")["items"]:
            time.sleep(0.2)
    figure(f"pods running, Deployment of {replicas} on 13 nodes", "pods/s", rates)
    figure("hops recorded meanwhile", "hops/s", hops)


def head(server: Server) -> int:
    """Return the number of hops so far."""
    with urllib.request.urlopen(f"{server.stage}state", timeout=60) as answer:
        sequence: int = json.loads(answer.read())["head"]
    return sequence
