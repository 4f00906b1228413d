"""Breakpoints are kept with their cluster, and found again in its log piece by piece."""

from __future__ import annotations

import pytest

from cluster.engine.clock import Clock
from cluster.engine.trace import Trace
from cluster.etcd.rows import Rows
from cluster.etcd.store import DatabaseStore
from cluster.machinery.meta import SimTime
from cluster.models import Cluster
from cluster.runner import breakpoints
from cluster.runner.conditions import Condition, parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> DatabaseStore:
    """A cluster with seven writes of ConfigMaps, each by a request, a stage that lights up, and a hop into etcd."""
    clock = Clock(SimTime(0))
    trace = Trace(clock)
    store = DatabaseStore(Cluster.objects.create(name="demo", seed=1, now=0).pk, trace, clock, kept=1)
    for number in range(1, 8):
        with store.transaction():
            trace.record("kubectl", "kube-apiserver", "POST", "configmaps/default/x")
            trace.record("kube-apiserver", "kube-apiserver/admission", "admission")
            hop = trace.record("kube-apiserver", "etcd", "put", f"/registry/configmaps/default/{number}")
            hop.revision = store.put(hop.key, {"kind": "ConfigMap"}, hop=hop.seq).mod_revision
    return store


def everywhere(store: DatabaseStore, condition: Condition) -> list[int]:
    rows, after, seqs = Rows(Cluster.objects.get().pk), 0, list[int]()
    while after < store.hop_seq:
        found = breakpoints.search(condition, store, rows, after=after, head=store.hop_seq)
        assert found.upto > after, "each piece goes on"
        seqs += found.seqs
        after = found.upto
    return seqs


FOUND = {
    "configmap * created": [3, 6, 9, 12, 15, 18, 21],
    "configmap 4 created": [12],
    "configmap * deleted": [],
    "hop etcd": [3, 6, 9, 12, 15, 18, 21],
    "hop kubectl": [1, 4, 7, 10, 13, 16, 19],
    "hop kube-apiserver/admission": [2, 5, 8, 11, 14, 17, 20],
}


@pytest.mark.parametrize("at_once", [1, 2, 500])
@pytest.mark.parametrize(("text", "seqs"), FOUND.items(), ids=FOUND.keys())
def test_a_condition_is_found_wherever_it_came_true(
    store: DatabaseStore, text: str, seqs: list[int], at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breakpoints, "AT_ONCE", at_once)
    monkeypatch.setattr(breakpoints, "HOPS_AT_ONCE", at_once)
    assert everywhere(store, parse(text)) == seqs


def test_breakpoints_are_kept_in_the_order_in_which_they_were_set_and_once_each(store: DatabaseStore) -> None:
    cluster_id = Cluster.objects.get().pk
    for text in ("hop etcd", "pod * bound", "hop etcd"):
        breakpoints.add(cluster_id, parse(text))
    assert [str(each) for each in breakpoints.read(cluster_id)] == ["hop etcd", "pod * bound"]
    breakpoints.remove(cluster_id, parse("hop etcd"))
    breakpoints.remove(cluster_id, parse("hop etcd"))
    assert [str(each) for each in breakpoints.read(cluster_id)] == ["pod * bound"]


def test_there_are_not_more_than_a_step_can_be_held_against(store: DatabaseStore) -> None:
    cluster_id = Cluster.objects.get().pk
    for number in range(breakpoints.MOST):
        breakpoints.add(cluster_id, parse(f"pod {number} bound"))
    breakpoints.add(cluster_id, parse("pod 1 bound"))
    with pytest.raises(ValueError, match="at most 20"):
        breakpoints.add(cluster_id, parse("pod x bound"))
