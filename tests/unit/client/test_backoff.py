"""How long a kubelet waits after failures."""

from __future__ import annotations

import pytest

from cluster.client.backoff import Backoff
from tests.unit.kubelet.builders import at

FAILURES = {
    "nothing before the first failure": ([], 0, 0),
    "10 s after the first": ([0], 0, 10),
    "20 s after the second": ([0, 10], 10, 20),
    "it doubles": ([0, 10, 30, 70], 70, 80),
    "it ends at 300 s": ([0, 10, 30, 70, 150, 310], 310, 300),
    "it stays at 300 s": ([0, 10, 30, 70, 150, 310, 610], 610, 300),
    "ten quiet minutes begin it anew": ([0, 10, 611], 611, 10),
    "ten minutes exactly do not": ([0, 10, 610], 610, 40),
    "half of it is left after half the time": ([0, 10], 20, 10),
    "it ends": ([0, 10], 31, 0),
}


@pytest.mark.parametrize(("failures", "now", "left"), FAILURES.values(), ids=FAILURES.keys())
def test_remaining(failures: list[float], now: float, left: float) -> None:
    backoff = Backoff()
    for moment in failures:
        backoff.next("c", at(moment), at(moment))
    since = at(failures[-1]) if failures else at(0)
    assert backoff.remaining("c", since, at(now)) == left


@pytest.mark.parametrize(("restarts", "seconds"), [(1, 10), (2, 20), (5, 160), (6, 300), (40, 300)])
def test_a_restarted_kubelet_reads_the_back_off_from_the_restart_count(restarts: int, seconds: float) -> None:
    backoff = Backoff()
    backoff.restore("c", restarts, at(0))
    assert (backoff.seconds("c"), "c" in backoff, "d" in backoff) == (seconds, True, False)
