"""Going back in a log of 100,000 hops: how long the page waits for the state, the hops around it, and a branch from there."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import urllib.request
from functools import partial
from pathlib import Path

import urllib3

from scripts.bench.lifecycle import demo
from scripts.bench.report import figure, timed
from scripts.bench.usage import position
from tests.server import Server

HOPS = 100_000
NEAR = 50
"""Hops between two places of a slow drag."""
PLACES = 20
BRANCHES = 5


def far_and_near(runs: int) -> None:
    """Seek to places drawn from the whole log, and along a drag; each place once, so that nothing is known of it."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        command = [sys.executable, "-m", "scripts.bench.history", str(HOPS)]
        subprocess.run(command, env={**os.environ, "PODIUM_DATA": str(data)}, check=True)
        with demo(data) as (server, _):
            last, _ = position(server)
            places = random.Random(1).sample(range(1, last), PLACES * runs)
            begin = last // 2
            drag = range(begin, begin + NEAR * PLACES * runs, NEAR)

            def ask(*paths: str) -> list[float]:
                return [1000 * timed(partial(read, f"{server.stage}{path}")) for path in paths]

            name = f"log of {last:,} hops:"
            figure(f"{name} state anywhere", "ms", ask(*(f"state?at={seq}" for seq in places)))
            figure(f"{name} state along a drag", "ms", ask(*(f"state?at={seq}" for seq in drag)))
            figure(f"{name} 600 hops anywhere", "ms", ask(*(f"hops?after={seq}&limit=600" for seq in places)))
            figure(f"{name} one hop inspected", "ms", ask(*(f"hops/{seq}" for seq in places)))
            figure(f"{name} a branch, and its first state", "ms", [1000 * timed(partial(branch, server, seq)) for seq in places[:BRANCHES]])


def branch(server: Server, seq: int) -> None:
    """Fork behind a hop, as the page does, and wait for where the branch begins."""
    with urllib3.PoolManager() as pool:
        token = pool.request("GET", server.stage).headers["Set-Cookie"].partition(";")[0].partition("=")[2]
        headers = {"Cookie": f"csrftoken={token}", "X-CSRFToken": token}
        made = pool.request("POST", f"{server.stage}branches", json={"at": seq}, headers=headers).json()["made"]
        read(f"{server.page}{made}state")


def read(url: str) -> None:
    """Ask for a page and wait for all of it."""
    with urllib.request.urlopen(url, timeout=60) as answer:
        answer.read()
