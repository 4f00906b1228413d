"""The log in blocks: what is read is what was written, wherever a reader begins and ends."""

from __future__ import annotations

import pytest

from cluster.engine.trace import Hop
from cluster.etcd.hop_log import LONGEST_BLOCK, HopLog
from cluster.machinery.meta import SimTime
from cluster.models import Cluster, HopBlock

pytestmark = pytest.mark.django_db


def hop(seq: int) -> Hop:
    """A hop in which no column is like another's, or like that of another hop."""
    detail = {"n": seq} if seq % 2 else None
    at = SimTime(seq * 10)
    return Hop(
        seq, at, seq + 1, seq - 1, f"source-{seq}", f"target-{seq}", "put", f"/key/{seq}", seq + 2, f"outcome-{seq}", detail, seq % 3 == 0
    )


def log(*commits: int) -> HopLog:
    """A log after commits of so many hops each."""
    written = HopLog(Cluster.objects.create(name="demo", seed=1, now=0).pk)
    begin = 1
    for count in commits:
        written.append([hop(seq) for seq in range(begin, begin + count)])
        begin += count
    return written


@pytest.mark.parametrize(
    ("after", "limit", "expected"),
    [
        pytest.param(0, 100, range(1, 8), id="everything"),
        pytest.param(0, 2, range(1, 3), id="the beginning of the first block"),
        pytest.param(1, 1, range(2, 3), id="one from inside a block"),
        pytest.param(2, 3, range(3, 6), id="the end of one block and the beginning of the next"),
        pytest.param(3, 2, range(4, 6), id="exactly what begins with a block"),
        pytest.param(5, 100, range(6, 8), id="the last block's end"),
        pytest.param(7, 10, range(0), id="nothing, for there is no more"),
        pytest.param(2, 0, range(0), id="nothing, for nothing is asked for"),
    ],
)
def test_hops_are_read_as_they_were_written(after: int, limit: int, expected: range) -> None:
    assert log(3, 2, 2).read(after, limit) == [hop(seq) for seq in expected]


def test_a_long_commit_has_several_blocks() -> None:
    written = log(2 * LONGEST_BLOCK + 1)
    blocks = list(HopBlock.objects.order_by("last").values_list("first", "last"))
    assert blocks == [(1, LONGEST_BLOCK), (LONGEST_BLOCK + 1, 2 * LONGEST_BLOCK), (2 * LONGEST_BLOCK + 1, 2 * LONGEST_BLOCK + 1)]
    assert written.read(LONGEST_BLOCK - 1, 2) == [hop(LONGEST_BLOCK), hop(LONGEST_BLOCK + 1)]


def test_a_commit_without_hops_has_none() -> None:
    log(0)
    assert not HopBlock.objects.exists()
