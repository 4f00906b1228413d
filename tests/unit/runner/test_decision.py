"""The scheduler's decisions, looked up in the log."""

from __future__ import annotations

import pytest

from cluster.engine.clock import Clock
from cluster.engine.trace import Trace
from cluster.etcd.hop_log import FILTER, SCORE
from cluster.etcd.rows import Rows
from cluster.etcd.store import DatabaseStore
from cluster.machinery.meta import SimTime
from cluster.models import Cluster
from cluster.scheduler import framework

pytestmark = pytest.mark.django_db


def decide(store: DatabaseStore, trace: Trace, pod: str, *, ranks: bool) -> None:
    """Write what the scheduler leaves behind when it decides about a pod: one or two hops, and a change of the pod."""
    with store.transaction():
        trace.record("kube-scheduler", FILTER, "filter", f"pods/{pod}", detail={"pod": pod})
        if ranks:
            trace.record("kube-scheduler", SCORE, "score", f"pods/{pod}", detail={"pod": pod})
        written = trace.record("kube-apiserver", "etcd", "put", f"/registry/pods/{pod}")
        store.put(f"/registry/pods/{pod}", {"metadata": {}}, hop=written.seq)


@pytest.fixture
def rows() -> Rows:
    """At revision 1 ``default/web`` found no choice, at 2 ``default/db`` was ranked, at 3 ``default/web`` was."""
    cluster = Cluster.objects.create(name="demo", seed=1, now=0)
    clock = Clock(SimTime(0))
    trace = Trace(clock)
    store = DatabaseStore(cluster.pk, trace, clock)
    decide(store, trace, "default/web", ranks=False)
    decide(store, trace, "default/db", ranks=True)
    decide(store, trace, "default/web", ranks=True)
    return Rows(cluster.pk)


@pytest.mark.parametrize(
    ("pod", "revision", "expected"),
    [
        pytest.param("default/web", None, (6, 7), id="the last one"),
        pytest.param("default/web", 3, (6, 7), id="the one that led to a revision"),
        pytest.param("default/web", 2, (1, None), id="the one before; there was nothing to rank"),
        pytest.param("default/db", 1, None, id="none yet at that revision"),
        pytest.param("default/none", None, None, id="a pod that there never was"),
    ],
)
def test_the_decision_about_a_pod(rows: Rows, pod: str, revision: int | None, expected: tuple[int, int | None] | None) -> None:
    found = rows.decision(pod, revision)
    assert (found and (found[0].seq, found[1].seq if found[1] else None)) == expected


def test_the_scheduler_calls_its_hops_so() -> None:
    assert (FILTER, SCORE) == (framework.FILTER, framework.SCORE)
