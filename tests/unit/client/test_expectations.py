"""Expectations: when a controller may trust its cache."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cluster.client.expectations import UidTrackingExpectations
from cluster.machinery.meta import Key, SimTime, after

RS = Key("default/web")
POD = Key("default/web-a")
NOW = SimTime(1_000_000)

CASES: list[tuple[str, Callable[[UidTrackingExpectations], None], float, bool]] = [
    ("a controller that never expected anything may act", lambda e: None, 0, True),
    ("creations that were not seen hold it back", lambda e: e.expect_creations(RS, 2, NOW), 0, False),
    ("creations that were all seen let it act", lambda e: (e.expect_creations(RS, 1, NOW), e.creation_observed(RS))[1], 0, True),
    ("one seen of two holds it back", lambda e: (e.expect_creations(RS, 2, NOW), e.creation_observed(RS))[1], 0, False),
    ("creations that were given up let it act", lambda e: (e.expect_creations(RS, 2, NOW), e.lower_creations(RS, 2))[1], 0, True),
    ("exactly five minutes are not yet too long", lambda e: e.expect_creations(RS, 2, NOW), 300, False),
    ("more than five minutes are too long to wait", lambda e: e.expect_creations(RS, 2, NOW), 300.1, True),
    ("a deletion that was not seen holds it back", lambda e: e.expect_deletions_of(RS, [POD], NOW), 0, False),
    (
        "a deletion that was seen lets it act",
        lambda e: (e.expect_deletions_of(RS, [POD], NOW), e.deletion_of_observed(RS, POD))[1],
        0,
        True,
    ),
    (
        "the same deletion seen twice counts once",
        lambda e: (
            e.expect_deletions_of(RS, [POD, Key("default/web-b")], NOW),
            e.deletion_of_observed(RS, POD),
            e.deletion_of_observed(RS, POD),
        )[2],
        0,
        False,
    ),
    (
        "the deletion of another pod counts nothing",
        lambda e: (e.expect_deletions_of(RS, [POD], NOW), e.deletion_of_observed(RS, Key("default/x")))[1],
        0,
        False,
    ),
    ("a controller that is gone is forgotten", lambda e: (e.expect_creations(RS, 2, NOW), e.delete_expectations(RS))[1], 0, True),
]


@pytest.mark.parametrize(("prepare", "seconds", "satisfied"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_are_satisfied(prepare: Callable[[UidTrackingExpectations], None], seconds: float, satisfied: bool) -> None:
    expectations = UidTrackingExpectations()
    prepare(expectations)
    assert expectations.are_satisfied(RS, after(NOW, seconds)) is satisfied
