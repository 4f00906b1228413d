"""Where making room costs least, and what follows for those who wait."""

from __future__ import annotations

import pytest

from cluster.machinery.meta import Obj
from cluster.scheduler.decision import preemption_detail
from cluster.scheduler.node_info import PodInfo
from cluster.scheduler.nominator import Nominator
from cluster.scheduler.preemption.candidate import Candidate, Search, cheapest, deciding
from tests.unit.scheduler.build import pod

EARLY, LATE = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"


def running(name: str, priority: int, started: str) -> PodInfo:
    made: Obj = pod(name, priority=priority)
    return PodInfo.of({**made, "status": {"startTime": started}})


def candidate(node: str, *victims: tuple[int, str]) -> Candidate:
    """A node whose victims have these priorities and start times."""
    return Candidate(node, tuple(running(f"{node}-{number}", *victim) for number, victim in enumerate(victims)), 0)


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        pytest.param([candidate("a", (100, EARLY)), candidate("b", (100, LATE))], "b", id="the younger victim goes"),
        pytest.param(
            [candidate("a", (100, EARLY), (0, LATE)), candidate("b", (100, LATE), (0, EARLY))], "b", id="only the chief victim's age counts"
        ),
        pytest.param([candidate("a", (0, LATE)), candidate("b", (0, LATE))], "a", id="of equal ones the first"),
    ],
)
def test_cheapest(candidates: list[Candidate], expected: str) -> None:
    assert cheapest(candidates).node == expected


def test_a_promise_holds_against_those_of_lower_priority() -> None:
    nominator = Nominator()
    low, middle, high = (PodInfo.of(pod(name, priority=priority)) for name, priority in (("low", 0), ("middle", 5), ("high", 9)))
    nominator.add(low, "n1")
    nominator.add(middle, "n2")
    nominator.add(middle, "n1")
    assert (nominator.node_of(middle.key), nominator.on("n1"), nominator.on("n2")) == ("n1", [low, middle], [])
    assert (nominator.before(low, "n1"), nominator.after(low, "n1")) == ([middle], [])
    assert (nominator.before(high, "n1"), nominator.after(high, "n1")) == ([], [low, middle])
    nominator.remove(middle.key)
    nominator.remove(middle.key)
    assert (nominator.on("n1"), nominator.node_of(middle.key)) == ([low], "")


_BY_BUDGET = Candidate("n3", candidate("n3", (0, EARLY)).victims, 1)
_DECIDING = [
    pytest.param([candidate("n1", (0, EARLY))], "", id="there is no choice"),
    pytest.param([candidate("n1", (0, EARLY)), _BY_BUDGET], "violations", id="one breaks a budget"),
    pytest.param([candidate("n1", (5, EARLY)), candidate("n2", (1, EARLY))], "highestPriority", id="one victim matters less"),
    pytest.param(
        [candidate("n1", (1, EARLY), (1, EARLY)), candidate("n2", (1, EARLY))], "prioritySum", id="one has a victim more of the same kind"
    ),
    pytest.param([candidate("n1", (1, EARLY)), candidate("n2", (1, LATE))], "startTime", id="one victim is younger"),
    pytest.param([candidate("n1", (1, EARLY)), candidate("n2", (1, EARLY))], "first", id="all are the same"),
]


@pytest.mark.parametrize(("candidates", "expected"), _DECIDING)
def test_what_decides(candidates: list[Candidate], expected: str) -> None:
    assert deciding(candidates) == expected


def test_a_decision_tells_who_would_go_and_what_it_costs() -> None:
    detail = preemption_detail("n2", Search((candidate("n2", (3, EARLY), (1, EARLY)),), {"n1": "too full"}))
    victims = [{"pod": f"default/n2-{number}", "priority": priority} for number, priority in ((0, 3), (1, 1))]
    assert detail == {
        "node": "n2",
        "decidedBy": "",
        "candidates": {"n2": {"victims": victims, "violations": 0, "highestPriority": 3, "prioritySum": 4}},
        "reasons": {"n1": "too full"},
    }
