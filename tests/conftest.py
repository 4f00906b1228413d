"""What holds for every ring: in which order files begin, and which examples property tests draw."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
"""The same examples each time, so that a run says something about the change."""
settings.load_profile("repeatable")

LONG_FIRST = ("processes", "browser", "parity", "scenarios", "robustness", "js", "unit")
"""Rings, those with the longest files first: what is short fills up the end, so that no worker is idle while another has a long file."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long files."""
    items.sort(key=lambda item: _place(item.path))


def pytest_collection_finish() -> None:
    """Leave 10,000 tests and their tables out of the collector's sight: looking through them again and again was a tenth of all work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _place(path: Path) -> int:
    ring = path.relative_to(Path(__file__).parent).parts[0]
    return LONG_FIRST.index(ring) if ring in LONG_FIRST else len(LONG_FIRST)
