"""Where keyframes are written: at places that depend on the revision and on how much is alive, and on nothing that a process remembers."""

from __future__ import annotations

import pytest

from cluster.etcd.keyframes import is_due

CASES: dict[str, tuple[int, int, int, bool]] = {
    "a commit that ends before a place": (990, 999, 10, False),
    "one that ends at a place": (999, 1000, 10, True),
    "one that begins at a place": (1000, 1001, 10, False),
    "one that passes several": (990, 3100, 10, True),
    "a place of a small cluster, with as much alive as there may be": (999, 1000, 16_000, True),
    "the same place where more is alive": (999, 1000, 16_001, False),
    "the next place": (1999, 2000, 16_001, True),
    "a place of a cluster of 5,000 nodes": (3999, 4000, 60_000, True),
    "one that is a place of smaller ones only": (5999, 6000, 60_000, False),
}


@pytest.mark.parametrize(("before", "revision", "alive", "expected"), CASES.values(), ids=CASES.keys())
def test_is_due(before: int, revision: int, alive: int, expected: bool) -> None:
    assert is_due(before, revision, 1000, alive) is expected
