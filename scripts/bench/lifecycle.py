"""The demo as a whole: a server to measure, and how soon its page answers."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.bench.report import figure
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
