"""The scheduler's table on the wall: what decides can be read there as a whole, however many nodes there are."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from dashboard.schedule_table import table
from tests.browser.measure import WORDS
from tests.browser.recording import Recording

pytestmark = pytest.mark.browser

POD = "default/web"
FEASIBLE = [f"worker-{number}" for number in range(1, 61)]
FULL = {"plugin": "NodeResourcesFit", "reasons": ["Insufficient cpu", "Insufficient memory"]}
TAINTED = {"plugin": "TaintToleration", "reasons": ["node(s) had untolerated taint(s)"]}
SPREAD = {"plugin": "PodTopologySpread", "reasons": ["node(s) didn't match pod topology spread constraints (missing required label)"]}
BOUND = {"plugin": "VolumeBinding", "reasons": ["node(s) didn't find available persistent volumes to bind"]}
FILTERED = {
    "pod": POD,
    "nodes": 150,
    "feasible": FEASIBLE,
    "rejected": {
        **{f"worker-{number}": FULL for number in range(61, 121)},
        **{f"worker-{number}": SPREAD for number in range(121, 127)},
        **{f"worker-{number}": BOUND for number in range(127, 129)},
        "worker-129": TAINTED,
    },
}
ZEROS = [0] * 58
SCORED = {
    "pod": POD,
    "node": "worker-1",
    "feasible": FEASIBLE,
    "plugins": {
        "TaintToleration": {"weight": 3, "raw": [1, 0, *ZEROS], "normalized": [0, 100, *ZEROS]},
        "NodeAffinity": {"weight": 2, "raw": [80, 0, *ZEROS], "normalized": [100, 0, *ZEROS]},
        "NodeResourcesFit": {"weight": 1, "raw": [85, 84, *ZEROS], "normalized": [85, 84, *ZEROS]},
        "PodTopologySpread": {"weight": 2, "raw": [4, 288, *ZEROS], "normalized": [100, 0, *ZEROS]},
        "InterPodAffinity": {"weight": 2, "raw": [50, 0, *ZEROS], "normalized": [100, 0, *ZEROS]},
        "NodeResourcesBalancedAllocation": {"weight": 1, "raw": [69, 70, *ZEROS], "normalized": [69, 70, *ZEROS]},
        "ImageLocality": {"weight": 1, "raw": [23, 0, *ZEROS], "normalized": [23, 0, *ZEROS]},
    },
    "totals": [777, 454, *ZEROS],
}
SEEN = """() => {
  const body = document.querySelector('.inspector-body').getBoundingClientRect();
  const words = (row) => [...row.children].map((cell) => cell.innerText.replace(/\\s+/g, ' ').trim()).filter(Boolean).join(' | ');
  return [...document.querySelectorAll('.schedule tbody tr:not(:has(tr))')]
    .filter((row) => row.checkVisibility() && row.getBoundingClientRect().bottom <= body.bottom)
    .map(words);
}"""
"""The lines of the table that stand in the inspector as a whole."""
SMALLEST = """() => Math.min(...[...document.querySelectorAll('.schedule :is(th, td)')]
  .filter((cell) => cell.checkVisibility())
  .map((cell) => Math.round(parseFloat(getComputedStyle(cell).fontSize))))"""


def test_the_wall_shows_who_was_turned_away_and_how_the_best_node_came_to_its_score(take_seat) -> None:  # type: ignore[no-untyped-def]
    run = Recording()
    run.add("kube-scheduler", "kube-scheduler/filter", "filter", f"pods/{POD}", outcome="60 of 150 nodes")
    run.add("kube-scheduler", "kube-scheduler/score", "score", f"pods/{POD}", outcome="worker-1")
    tables = {"hops/1": {"table": table(FILTERED, None)}, "hops/2": {"table": table(FILTERED, SCORED)}}
    seat = take_seat(view="projector", language="ko", workers=9, hops=run.hops, answers=tables)
    seen = []
    for number in (1, 2):
        seat.server.play(1)
        expect(seat.page.locator("#caption-number")).to_have_text(str(number))
        expect(seat.page.locator(".schedule[data-scored]")).to_have_count(number - 1)
        expect(seat.page.locator(".schedule")).to_have_count(1)
        seat.settle()
        seen.append((seat.page.evaluate(SEEN), seat.page.evaluate(SMALLEST), seat.page.evaluate(WORDS)))
    assert seen == [
        (
            [
                "worker-1, worker-10, worker-11, + 57 | ✓",
                "worker-100, worker-101, worker-102, + 57 | ✕",
                "NodeResourcesFit: Insufficient cpu, Insufficient memory",
                "worker-121, worker-122, worker-123, + 3 | ✕",
                "PodTopologySpread: node(s) didn't match pod topology spread constraints (missing required label)",
                "worker-127, worker-128 | ✕",
                "VolumeBinding: node(s) didn't find available persistent volumes to bind",
                "노드 1개 더 있음",
                "살펴보지 않은 노드 21개",
            ],
            24,
            [],
        ),
        (
            [
                "▸ worker-1 | ✓ | 777",
                "NodeAffinity | 80 | 100 | × 2 | 200",
                "NodeResourcesFit | 85 | 85 | × 1 | 85",
                "PodTopologySpread | 4 | 100 | × 2 | 200",
                "InterPodAffinity | 50 | 100 | × 2 | 200",
                "NodeResourcesBalancedAllocation | 69 | 69 | × 1 | 69",
                "ImageLocality | 23 | 23 | × 1 | 23",
                "worker-2 | ✓ | 454",
                "worker-10 | ✓ | 0",
                "worker-11 | ✓ | 0",
                "노드 56개 더 있음",
                "제외된 노드 69개",
                "살펴보지 않은 노드 21개",
            ],
            24,
            [],
        ),
    ]
