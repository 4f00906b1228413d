"""One cluster followed by a class: from a write to its frame in everybody's hands, and what that costs the server."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from scripts.bench.client import Api, config_map
from scripts.bench.report import figure
from scripts.bench.usage import cpu_seconds, memory_megabytes, position
from scripts.bench.writer import NAMESPACE
from tests.server import Server

ROOT = Path(__file__).resolve().parents[2]
MAPS = f"/api/v1/namespaces/{NAMESPACE}/configmaps"
WRITES = 150
INTERVAL = 1 / 15
"""Seconds between two writes."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One run. ``delays`` and ``back``: seconds; ``cpu``: seconds of the server; ``grown``: megabytes."""

    delays: list[float]
    back: list[float]
    lost: int
    frames: int
    states: int
    size: int
    cpu: float
    grown: float


def run(server: Server, api: Api, name: str, count: int, *, stalled: int = 0, is_storm: bool = False) -> Seen:
    """Let ``count`` viewers follow while ConfigMaps are created. ``is_storm``: halfway all are cut off and come back."""
    address = urlsplit(server.stage)
    command = [sys.executable, "-m", "scripts.bench.spectators", str(address.hostname), str(address.port), f"{address.path}socket"]
    with subprocess.Popen(
        [*command, str(count), str(stalled)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdin is None or process.stdout is None or process.stdout.readline() != "ready\n":
            raise RuntimeError("the viewers could not connect")
        time.sleep(1)
        memory, used = memory_megabytes(server), cpu_seconds(server)
        sent: dict[str, float] = {}
        for number in range(WRITES):
            if is_storm and number == WRITES // 2:
                print(json.dumps({"storm": True}), file=process.stdin, flush=True)
            sent[f"{name}-{number}"] = time.monotonic()
            api.call("POST", MAPS, config_map(f"{name}-{number}"))
            time.sleep(max(0.0, sent[f"{name}-{number}"] + INTERVAL - time.monotonic()))
        until, _ = position(server)
        print(json.dumps({"sent": sent, "until": until}), file=process.stdin, flush=True)
        seen = json.loads(process.stdout.readline())
    spent, grown = cpu_seconds(server) - used, memory_megabytes(server) - memory
    api.call("DELETE", MAPS)
    lost = seen["gaps"] + seen["behind"] + seen["unseen"]
    return Seen(seen["delays"], seen["back"], lost, seen["frames"], seen["states"], seen["bytes"], spent, grown)


def report(title: str, seen: Seen, alone: Seen) -> None:
    """Print one run. ``alone``: the same writes before one viewer, whose processor's time is not the audience's."""
    figure(f"{title}: from a write's first byte to its frame, p50", "ms", [1000 * statistics.median(seen.delays)])
    figure(f"{title}: the same, p99", "ms", [p99(seen)])
    figure(f"{title}: CPU per delivered frame", "us", [1e6 * (seen.cpu - alone.cpu) / max(1, seen.frames - alone.frames)])
    figure(f"{title}: hops missed, or viewers left behind", "", [seen.lost])
    print(f"  {seen.frames} frames and {seen.states} states, {seen.size / 1e6:.0f} MB; the server grew by {seen.grown:.0f} MB")


def p99(seen: Seen) -> float:
    """Return the delay that 99 of 100 frames do not exceed, in milliseconds."""
    return 1000 * statistics.quantiles(seen.delays, n=100)[98]


def a_class(server: Server, api: Api) -> None:
    """300 and 1,000 viewers; one that does not read among 300; 300 that are cut off and come back at once."""
    alone = run(server, api, "alone", 1)
    many = run(server, api, "many", 300)
    report("300 followers", many, alone)
    beside = run(server, api, "beside", 300, stalled=1)
    report("300 followers and one that has stopped reading", beside, alone)
    figure("the others' p99, times as long as without it", "", [p99(beside) / p99(many)])
    storm = run(server, api, "storm", 300, is_storm=True)
    report("300 followers, cut off and back at once", storm, alone)
    figure("until the last one was back", "s", [max(storm.back)])
    report("1,000 followers", run(server, api, "crowd", 1000), alone)
