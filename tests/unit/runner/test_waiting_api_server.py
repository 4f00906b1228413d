"""An API server that begins while etcd is away: it waits, begins when etcd is there, or gives up."""

from __future__ import annotations

import pytest

from cluster.runner.faults.control_plane_daemon import FATAL_CODE, NO_STORAGE, WaitingApiServer
from tests.unit.node_room import engine, run

BEGUN, ENDED = ("kube-apiserver", True), ("kube-apiserver", False)
ENDINGS: dict[str, tuple[float, float, list[tuple[str, bool]], list[tuple[str, int]]]] = {
    "etcd is there in time": (5.0, 60.0, [BEGUN], []),
    "in the last second": (19.5, 60.0, [BEGUN], []),
    "never": (100.0, 60.0, [], [(NO_STORAGE, FATAL_CODE)]),
    "its container ends before that": (100.0, 10.0, [ENDED], []),
}


@pytest.mark.parametrize(("etcd_at", "killed_at", "noted", "given_up"), ENDINGS.values(), ids=ENDINGS.keys())
def test_an_api_server_without_etcd(
    etcd_at: float, killed_at: float, noted: list[tuple[str, bool]], given_up: list[tuple[str, int]]
) -> None:
    of = engine()
    begun = of.clock.now
    notes: list[tuple[str, bool]] = []
    ends: list[tuple[str, int]] = []
    daemon = WaitingApiServer(
        lambda name, runs: notes.append((name, runs)),
        lambda: True,
        of,
        lambda: of.clock.now - begun >= etcd_at * 1_000_000,
        lambda line, code: ends.append((line, code)),
    )
    run(of, min(killed_at, 30.0))
    if killed_at < 30.0:
        daemon.stop()
    run(of, 30.0)
    assert (notes, ends) == (noted, given_up)
