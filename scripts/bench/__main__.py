"""Figures of a running server, measured from outside: ``make bench``.

Each figure is the median of several runs on this machine, with the smallest and the largest beside it; where a real control plane
was measured on 2 cores, its figure and how they compare. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.bench import cpu, followers, lifecycle, rollout, scheduling, seek, traffic
from scripts.bench.client import Api
from scripts.bench.writer import NAMESPACE
from tests.server import Server

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = (
    *("start", "cpu", "bombs", "requests", "lists", "watches", "rollout", "large", "seek", "sleep", "followers", "frames"),
    *("scheduler", "lines"),
)
REQUESTS = {"cpu", "bombs", "requests", "watches", "lists"}


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


def frames_of_the_stage() -> None:
    """The page in a browser, in a process of its own."""
    subprocess.run([sys.executable, "-m", "scripts.bench.frames"], check=True)


def sleeping_clusters() -> None:
    """Two hundred clusters, in a process of their own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PODIUM_DATA": str(Path(folder) / "data")}
        subprocess.run([sys.executable, "-m", "scripts.bench.sleep"], env=environment, check=True)


@contextmanager
def _fresh_server() -> Iterator[tuple[Server, Api]]:
    """A demo at instant pace on an empty folder, with the bench's namespace."""
    with tempfile.TemporaryDirectory() as folder, lifecycle.demo(Path(folder) / "data") as (server, _):
        api = Api(server.data)
        api.call("POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
        yield server, api


def _requests(server: Server, api: Api, wanted: set[str], runs: int) -> None:
    if "cpu" in wanted:
        cpu.get_beside_a_view(server, runs)
    if "bombs" in wanted:
        cpu.bombs(server)
    if "requests" in wanted:
        traffic.creates(server.data, api, runs)
        traffic.reads(api, runs)
    if "watches" in wanted:
        traffic.watch_latency(server.data, api)
    if "lists" in wanted:
        traffic.lists(api, runs)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sections", nargs="*", default=SECTIONS, choices=SECTIONS)
    arguments = parser.parse_args()
    wanted = set(arguments.sections)
    if "start" in wanted:
        lifecycle.start_up(arguments.runs)
    if wanted & REQUESTS:
        with _fresh_server() as (server, api):
            _requests(server, api, wanted, arguments.runs)
    if "rollout" in wanted:
        with _fresh_server() as (server, api):
            rollout.on_fifty_nodes(server, api, arguments.runs)
    if "large" in wanted:
        with _fresh_server() as (server, api):
            rollout.on_many_nodes(server, api)
    if "seek" in wanted:
        seek.far_and_near(arguments.runs)
    if "sleep" in wanted:
        sleeping_clusters()
    if "followers" in wanted:
        with _fresh_server() as (server, api):
            followers.a_class(server, api)
    if "frames" in wanted:
        frames_of_the_stage()
    if "scheduler" in wanted:
        scheduling.alone(arguments.runs)
    if "lines" in wanted:
        lines_per_folder()


if __name__ == "__main__":
    main()
