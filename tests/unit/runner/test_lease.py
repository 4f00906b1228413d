"""The lease: one holder, a new epoch for each, time by the database's clock."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

import pytest
from django.db.models.functions import Now

from cluster.machinery.storage import Fence
from cluster.models import Cluster
from cluster.runner import lease, steering

pytestmark = pytest.mark.django_db


@pytest.fixture
def cluster_id() -> int:
    return Cluster.objects.create(name="demo", seed=1, now=0).pk


def let_it_run_out(cluster_id: int) -> None:
    Cluster.objects.filter(pk=cluster_id).update(lease_expires_at=Now() - datetime.timedelta(milliseconds=50))


def test_a_free_lease_is_taken_once(cluster_id: int) -> None:
    assert (lease.acquire(cluster_id, "a"), lease.acquire(cluster_id, "b")) == (Fence(1), None)
    assert steering.read(cluster_id).control.is_running


def test_a_lease_that_ran_out_changes_hands_and_cannot_be_renewed(cluster_id: int) -> None:
    first = lease.acquire(cluster_id, "a")
    assert first is not None
    let_it_run_out(cluster_id)
    assert not steering.read(cluster_id).control.is_running
    assert lease.acquire(cluster_id, "b") == Fence(2)
    assert (lease.renew(cluster_id, first), lease.renew(cluster_id, Fence(2))) == (False, True)


def test_a_renewed_lease_is_not_free(cluster_id: int) -> None:
    fence = lease.acquire(cluster_id, "a")
    assert fence is not None
    let_it_run_out(cluster_id)
    assert lease.renew(cluster_id, fence)
    assert lease.acquire(cluster_id, "b") is None


def test_a_released_lease_is_free_at_once(cluster_id: int) -> None:
    fence = lease.acquire(cluster_id, "a")
    assert fence is not None
    lease.release(cluster_id, fence)
    assert lease.acquire(cluster_id, "b") == Fence(2)


def test_a_release_by_the_holder_before_does_nothing(cluster_id: int) -> None:
    first = lease.acquire(cluster_id, "a")
    assert first is not None
    let_it_run_out(cluster_id)
    second = lease.acquire(cluster_id, "b")
    lease.release(cluster_id, first)
    assert second is not None
    assert lease.acquire(cluster_id, "c") is None


STEERED = {
    "pace": ([{"pace": "real"}], ("real", 1.0, False, 0)),
    "rate": ([{"rate": 2.5}], ("lecture", 2.5, False, 0)),
    "another pace begins at its normal rate": ([{"rate": 8.0}, {"pace": "real"}], ("real", 1.0, False, 0)),
    "the same pace goes on at its rate": ([{"rate": 8.0}, {"pace": "lecture"}], ("lecture", 8.0, False, 0)),
    "another pace and a rate": ([{"pace": "real", "rate": 60.0}], ("real", 60.0, False, 0)),
    "pause": ([{"paused": True}], ("lecture", 1.0, True, 0)),
    "steps while paused": ([{"steps": 3}], ("lecture", 1.0, False, 3)),
    "pause and step": ([{"paused": True, "steps": 1}], ("lecture", 1.0, True, 1)),
}


@pytest.mark.parametrize(("changes", "found"), STEERED.values(), ids=STEERED.keys())
def test_steering_changes_the_row(cluster_id: int, changes: Sequence[dict[str, object]], found: tuple[object, ...]) -> None:
    for change in changes:
        steering.steer(cluster_id, **{"pace": None, "rate": None, "paused": None, "steps": 0, **change})  # type: ignore[arg-type]
    orders = steering.read(cluster_id)
    assert (orders.control.pace, orders.control.rate, orders.control.is_paused, orders.steps_due) == found


REFUSED = {
    "a pace that does not exist": ({"pace": "warp"}, "There is no pace 'warp': choose lecture, real, instant."),
    "a rate of nothing": ({"rate": 0.0}, "The rate is a factor from 0.01 to 1000.0, not 0.0."),
    "no number at all": ({"rate": float("nan")}, "The rate is a factor from 0.01 to 1000.0, not nan."),
    "steps back": ({"steps": -1}, "The number of steps is positive, not -1."),
}


@pytest.mark.parametrize(("wanted", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_steering_says_what_does_not_exist(cluster_id: int, wanted: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        steering.steer(cluster_id, **{"pace": None, "rate": None, "paused": None, "steps": 0, **wanted})  # type: ignore[arg-type]
