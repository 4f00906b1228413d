"""Going back in a log of 100,000 hops: how long the page waits for the state, and for the hops around it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import urllib.request
from functools import partial
from pathlib import Path

from scripts.bench.lifecycle import demo
from scripts.bench.report import figure, timed
from scripts.bench.usage import position

HOPS = 100_000
NEAR = 50
"""Hops between two places of a slow drag."""
PLACES = 20


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


def read(url: str) -> None:
    """Ask for a page and wait for all of it."""
    with urllib.request.urlopen(url, timeout=60) as answer:
        answer.read()
