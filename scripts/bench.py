"""Figures of a running server, measured from outside: ``make bench``.

Each figure is the median of several runs on this machine, with the smallest and the largest beside it. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import urllib3
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.server import Server, running_demo  # noqa: E402 - found through the line above

NAMESPACE = "bench"


class Api:
    """A small client: one connection pool, a token, JSON."""

    def __init__(self, server: Server) -> None:
        config = yaml.safe_load(server.kubeconfig.read_text())
        self._base = config["clusters"][0]["cluster"]["server"]
        self._headers = {"Authorization": f"Bearer {config['users'][0]['user']['token']}", "Content-Type": "application/json"}
        self._pool = urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs=str(server.data / "pki" / "ca.crt"), maxsize=4)

    def call(self, method: str, path: str, body: object = None) -> dict[str, object]:
        """Send one request; raises RuntimeError for a refusal."""
        content = None if body is None else json.dumps(body).encode()
        answer = self._pool.request(method, self._base + path, body=content, headers=self._headers, timeout=120, retries=False)
        document: dict[str, object] = json.loads(answer.data)
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {document.get('message')}")
        return document

    def watch(self, path: str) -> Iterator[dict[str, object]]:
        """Yield watch events until the server or the reader ends the watch."""
        answer = self._pool.request("GET", self._base + path, headers=self._headers, preload_content=False, timeout=600, retries=False)
        rest = b""
        for chunk in answer.stream(65536):
            *lines, rest = (rest + chunk).split(b"\n")
            yield from (json.loads(line) for line in lines)


def figure(name: str, unit: str, values: list[float]) -> None:
    """Print one line of the report."""
    print(
        f"{name:<58} {statistics.median(values):>10.2f} {unit:<9} (min {min(values):.2f}, max {max(values):.2f}, n {len(values)})",
        flush=True,
    )


def timed(call: Callable[[], object]) -> float:
    """Return how many seconds a call takes."""
    begun = time.monotonic()
    call()
    return time.monotonic() - begun


@contextmanager
def demo(folder: Path) -> Iterator[tuple[Server, float]]:
    """A demo at instant pace, and the seconds until its page answered."""
    begun = time.monotonic()
    with running_demo(folder) as server:
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


def writes_and_reads(api: Api, runs: int) -> None:
    """ConfigMaps from one client, one after the other."""
    count = 300
    rates: list[float] = []
    reads: list[float] = []
    path = f"/api/v1/namespaces/{NAMESPACE}/configmaps"
    for run in range(runs):
        bodies = [
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"c{run}-{i}"}, "data": {"k": "v" * 100}} for i in range(count)
        ]
        rates.append(count / timed(lambda bodies=bodies: [api.call("POST", path, body) for body in bodies]))
        reads.append(count / timed(lambda run=run: [api.call("GET", f"{path}/c{run}-{i}") for i in range(count)]))
        api.call("DELETE", path)
    figure("ConfigMap creates, one client", "/s", rates)
    figure("ConfigMap reads, one client", "/s", reads)


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


def lines_per_folder() -> None:
    """Lines of our own code, tests apart."""
    print("\nlines per folder")
    folders = [
        *sorted(p for p in (ROOT / "cluster").iterdir() if p.is_dir() and p.name != "__pycache__"),
        ROOT / "dashboard",
        ROOT / "static",
        ROOT / "templates",
        ROOT / "tests",
    ]
    for folder in folders:
        files = [
            p
            for p in folder.rglob("*")
            if p.suffix in (".py", ".js", ".css", ".html") and "vendor" not in p.parts and "migrations" not in p.parts
        ]
        print(f"  {folder.relative_to(ROOT)!s:<28} {sum(len(p.read_text().splitlines()) for p in files):>7}")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--replicas", type=int, default=500)
    arguments = parser.parse_args()
    start_up(arguments.runs)
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder) / "data") as (server, _):
        api = Api(server)
        api.call("POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
        for number in range(10):
            capacity = {"cpu": "16", "memory": "64Gi", "pods": "110"}
            status = {"capacity": capacity, "allocatable": capacity}
            api.call(
                "POST", "/api/v1/nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": f"bench-{number}"}, "status": status}
            )
        time.sleep(3)
        writes_and_reads(api, arguments.runs)
        rollout(server, api, arguments.replicas, arguments.runs)
    lines_per_folder()


if __name__ == "__main__":
    main()
