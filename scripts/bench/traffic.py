"""Requests: creates from one client and from eight, a LIST of 2,000 pods, and how soon a watch hears of a change."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

from scripts.bench.client import Api, config_map
from scripts.bench.report import figure, timed
from scripts.bench.writer import NAMESPACE

ROOT = Path(__file__).resolve().parents[2]
MAPS = f"/api/v1/namespaces/{NAMESPACE}/configmaps"
LISTED = "listed"
PODS = 2_000
CHANGES = 30


def creates(data: Path, api: Api, runs: int) -> None:
    """ConfigMaps from one client, then from eight at once, each in a process of its own."""
    for clients, count, real in ((1, 400, 323.0), (8, 100, 466.0)):
        rates = [_created(data, f"c{clients}-{run}", clients, count) for run in range(runs)]
        figure(f"ConfigMap creates, {clients} client{'s' if clients > 1 else ''}", "/s", rates, real)
        api.call("DELETE", MAPS)


def _created(data: Path, name: str, clients: int, count: int) -> float:
    command = [sys.executable, "-m", "scripts.bench.writer", str(data)]
    processes = [
        subprocess.Popen([*command, f"{name}-{i}", str(count)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for i in range(clients)
    ]
    time.sleep(1.5)
    spans = [process.communicate("\n")[0].split() for process in _started(processes)]
    return clients * count / (max(float(end) for _, end in spans) - min(float(begin) for begin, _ in spans))


def _started(processes: list[subprocess.Popen[str]]) -> list[subprocess.Popen[str]]:
    """Let all of them begin at the same time."""
    for process in processes:
        if process.stdin is not None:
            process.stdin.write("\n")
            process.stdin.flush()
    return processes


def reads(api: Api, runs: int) -> None:
    """ConfigMaps read by one client, one after the other."""
    count = 500
    api.call("POST", MAPS, config_map("read"))
    figure(
        "ConfigMap reads, 1 client",
        "/s",
        [count / timed(lambda: [api.call("GET", f"{MAPS}/read") for _ in range(count)]) for _ in range(runs)],
    )
    api.call("DELETE", f"{MAPS}/read")


def lists(api: Api, runs: int) -> None:
    """All of 2,000 pods that no scheduler looks at; the bytes, without reading the JSON."""
    api.call("POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": LISTED}})
    path = f"/api/v1/namespaces/{LISTED}/pods"
    container = {"name": "c", "image": "nginx:1.25", "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}}}
    for number in range(PODS):
        meta = {"name": f"p{number}", "labels": {"app": "listed"}}
        spec = {"schedulerName": "nobody", "terminationGracePeriodSeconds": 0, "containers": [container]}
        api.call("POST", path, {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec})
    size = len(api.send("GET", path)[1])
    figure(f"LIST of {PODS} pods ({size / 1e6:.1f} MB)", "s", [timed(lambda: api.send("GET", path)) for _ in range(runs * 3)], 0.145)
    zipped = {"Accept-Encoding": "gzip"}
    figure("the same, gzip", "s", [timed(lambda: api.send("GET", path, headers=zipped)) for _ in range(runs)])
    table = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
    figure("the same, as a Table", "s", [timed(lambda: api.send("GET", path, headers=table)) for _ in range(runs)])
    api.call("DELETE", f"/api/v1/namespaces/{LISTED}")


def watch_latency(data: Path, api: Api) -> None:
    """From a PATCH's first byte to the event in a watcher's hands."""
    for watchers, real in ((1, 4.3), (20, 6.8)):
        api.call("POST", MAPS, config_map("watched"))
        heard: list[tuple[str, float]] = []
        opened = [threading.Event() for _ in range(watchers)]
        for event in opened:
            threading.Thread(target=_listen, args=(Api(data), event, heard), daemon=True).start()
        for event in opened:
            event.wait(20)
        sent: dict[str, float] = {}
        for number in range(CHANGES):
            value = f"{watchers}-{number}"
            sent[value] = time.monotonic()
            patch = json.dumps({"data": {"k": value}}).encode()
            api.send("PATCH", f"{MAPS}/watched", patch, {"Content-Type": "application/merge-patch+json"})
            time.sleep(0.1)
        delays = [(moment - sent[value]) * 1000 for value, moment in heard if value in sent]
        figure(f"watch latency, {watchers} watcher{'s' if watchers > 1 else ''}, {len(delays)} events", "ms", delays, real)
        api.call("DELETE", f"{MAPS}/watched")


def _listen(api: Api, opened: threading.Event, heard: list[tuple[str, float]]) -> None:
    for event in api.watch(f"{MAPS}?watch=1&fieldSelector=metadata.name%3Dwatched&timeoutSeconds=20"):
        heard.append((event["object"]["data"]["k"], time.monotonic()))  # type: ignore[index]
        opened.set()
        if heard[-1][0].endswith(f"-{CHANGES - 1}"):
            return
