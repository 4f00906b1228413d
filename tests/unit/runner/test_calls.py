"""Calls from the loop, served on a cluster's thread between two turns of its engine."""

from __future__ import annotations

import queue

import pytest

from cluster.runner.open_cluster import CALLS_A_TURN, Job, serve_calls


@pytest.mark.parametrize(
    ("waiting", "in_one_turn"),
    [(0, 0), (1, 1), (CALLS_A_TURN, CALLS_A_TURN), (CALLS_A_TURN + 1, CALLS_A_TURN), (3 * CALLS_A_TURN, CALLS_A_TURN)],
    ids=["nothing waits", "one call", "just a turn's worth", "one more than a turn's worth", "a flood"],
)
def test_every_call_is_served_once_and_in_order(waiting: int, in_one_turn: int) -> None:
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    served: list[int] = []
    for number in range(waiting):
        jobs.put(lambda number=number: served.append(number))
    serve_calls(jobs, 0.0)
    assert len(served) == in_one_turn
    while not jobs.empty():
        serve_calls(jobs, 0.0)
    assert served == list(range(waiting)), "what did not fit into the turn waits for the next"
