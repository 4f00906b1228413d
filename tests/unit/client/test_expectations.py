"""Expectations: when a controller may trust its cache."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cluster.client.expectations import UidTrackingExpectations
from cluster.machinery.meta import Key, SimTime, after

RS = Key("default/web")
POD = Key("default/web-a")
NOW = SimTime(1_000_000)

Step = Callable[[UidTrackingExpectations], None]
OTHER = Key("default/web-b")


def expect_two_creations(e: UidTrackingExpectations) -> None:
    e.expect_creations(RS, 2, NOW)


def see_a_creation(e: UidTrackingExpectations) -> None:
    e.creation_observed(RS)


def give_up_two_creations(e: UidTrackingExpectations) -> None:
    e.lower_creations(RS, 2)


def expect_two_deletions(e: UidTrackingExpectations) -> None:
    e.expect_deletions_of(RS, [POD, OTHER], NOW)


def see_the_first_deletion(e: UidTrackingExpectations) -> None:
    e.deletion_of_observed(RS, POD)


def see_the_second_deletion(e: UidTrackingExpectations) -> None:
    e.deletion_of_observed(RS, OTHER)


def see_a_strange_deletion(e: UidTrackingExpectations) -> None:
    e.deletion_of_observed(RS, Key("default/x"))


def forget(e: UidTrackingExpectations) -> None:
    e.delete_expectations(RS)


CASES: list[tuple[str, list[Step], float, bool]] = [
    ("a controller that never expected anything may act", [], 0, True),
    ("creations that were not seen hold it back", [expect_two_creations], 0, False),
    ("creations that were all seen let it act", [expect_two_creations, see_a_creation, see_a_creation], 0, True),
    ("one seen of two holds it back", [expect_two_creations, see_a_creation], 0, False),
    ("creations that were given up let it act", [expect_two_creations, give_up_two_creations], 0, True),
    ("exactly five minutes are not yet too long", [expect_two_creations], 300, False),
    ("more than five minutes are too long to wait", [expect_two_creations], 300.1, True),
    ("deletions that were not seen hold it back", [expect_two_deletions], 0, False),
    ("deletions that were all seen let it act", [expect_two_deletions, see_the_first_deletion, see_the_second_deletion], 0, True),
    ("the same deletion seen twice counts once", [expect_two_deletions, see_the_first_deletion, see_the_first_deletion], 0, False),
    ("the deletion of another pod counts nothing", [expect_two_deletions, see_the_first_deletion, see_a_strange_deletion], 0, False),
    ("a controller that is gone is forgotten", [expect_two_creations, forget], 0, True),
]


@pytest.mark.parametrize(("steps", "seconds", "satisfied"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_are_satisfied(steps: list[Step], seconds: float, satisfied: bool) -> None:
    expectations = UidTrackingExpectations()
    for step in steps:
        step(expectations)
    assert expectations.are_satisfied(RS, after(NOW, seconds)) is satisfied
