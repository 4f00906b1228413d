"""A log that was exported and comes in again: the same past, which nothing is added to, and branches that live."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence

import pytest
from django.db import IntegrityError

from cluster.engine.trace import Hop
from cluster.etcd import keyframes, log_file
from cluster.etcd.branching import branch
from cluster.etcd.log_file import Log
from cluster.etcd.log_import import make_recording
from cluster.etcd.rows import Rows
from cluster.etcd.store import DatabaseStore
from cluster.machinery.meta import after
from cluster.machinery.storage import Compacted, ReadOnly
from cluster.models import Cluster, HopBlock, KubeObject, Revision
from cluster.runner import steering
from cluster.runner.assembly import Assembly
from cluster.runner.bootstrap import create_cluster
from dashboard.export import log_lines
from dashboard.views.recordings import can_be_shown
from tests.unit.dashboard.fake_host import FakeHost
from tests.unit.runner.test_determinism import BEGIN, CREATE

pytestmark = pytest.mark.django_db


class Seen(FakeHost):
    """A cluster of the database, as far as an export looks at it."""

    def __init__(self, cluster_id: int) -> None:
        super().__init__()
        self.rows = Rows(cluster_id)
        self.assembly = Assembly(cluster_id)
        self.store: DatabaseStore = self.assembly.store  # type: ignore[assignment]

    async def hops(self, *, after: int, limit: int) -> Sequence[Hop]:
        return self.rows.hops(after, limit)

    async def revision_at(self, seq: int) -> int:
        return self.rows.revision_at(seq)


def exported(cluster_id: int, first: int, last: int) -> Log:
    async def pieces() -> list[bytes]:
        return [piece async for piece in log_lines.lines(Seen(cluster_id), first, last)]

    return log_file.read(log_file.lines_of(at_once(pieces())), can_be_shown)


def at_once(never_waits: Coroutine[None, None, list[bytes]]) -> list[bytes]:
    """Run a coroutine that waits for nothing, outside of any loop: the database may not be asked from within one."""
    try:
        never_waits.send(None)
    except StopIteration as done:
        return list(done.value)
    raise RuntimeError("it waits")


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """A small cluster that has made a Deployment of three."""
    monkeypatch.setattr(keyframes, "EVERY", 100)
    row = create_cluster("demo", seed=1, workers=2, pace="instant", now=BEGIN, addons=False)
    assembly = Assembly(row.pk)
    with assembly.store.transaction():
        engine = assembly.start_loops()
    assembly.api.serve(CREATE)
    with assembly.store.transaction():
        engine.run_until(after(BEGIN, 30))
    row.refresh_from_db()
    return row


def values_at(cluster_id: int, seq: int) -> dict[str, bytes]:
    """Everything that stood behind a hop."""
    store = Assembly(cluster_id).store
    revision = Rows(cluster_id).revision_at(seq)
    return {kv.key: kv.raw for kv in store.list("", revision=revision).items} if revision else {}


def test_a_recording_has_the_past_of_the_cluster_that_it_is_from(cluster: Cluster) -> None:
    head = cluster.hop_seq
    made = make_recording(exported(cluster.pk, 1, head), "copy")
    assert Rows(made.pk).hops(0, head) == Rows(cluster.pk).hops(0, head)
    moments = [0, 1, head // 3, head // 2, head - 1, head]
    assert [values_at(made.pk, seq) for seq in moments] == [values_at(cluster.pk, seq) for seq in moments]
    made.refresh_from_db()
    assert (made.hop_seq, made.seed, made.compacted, made.is_paused) == (head, 1, 0, True)
    assert Rows(made.pk).decision(next(iter(pods(cluster.pk))), None) == Rows(cluster.pk).decision(next(iter(pods(cluster.pk))), None)


def pods(cluster_id: int) -> list[str]:
    return [kv.key.removeprefix("/registry/pods/") for kv in Assembly(cluster_id).store.list("/registry/pods/").items]


def test_a_recording_of_a_later_part_begins_with_what_stood_there(cluster: Cluster) -> None:
    first, last = cluster.hop_seq - 300, cluster.hop_seq - 20
    made = make_recording(exported(cluster.pk, first, last), "copy")
    moments = [first - 1, first, first + 150, last]
    assert [values_at(made.pk, seq - first + 1) for seq in moments] == [values_at(cluster.pk, seq) for seq in moments]
    store = Assembly(made.pk).store
    with pytest.raises(Compacted):
        store.list("", revision=Rows(cluster.pk).revision_at(first - 1) - 1)


def test_nothing_is_added_to_a_recording(cluster: Cluster) -> None:
    made = make_recording(exported(cluster.pk, 1, cluster.hop_seq), "copy")
    assembly = Assembly(made.pk)
    with pytest.raises(ReadOnly):
        assembly.api.serve(CREATE)
    with pytest.raises(ReadOnly):
        assembly.store.put("/registry/pods/default/new", {})
    assert steering.read(made.pk).control.is_recorded
    assert not steering.read(cluster.pk).control.is_recorded


@pytest.mark.parametrize("begins", [1, 300], ids=["the whole log", "a later part"])
def test_a_branch_of_a_recording_lives(cluster: Cluster, begins: int) -> None:
    made = make_recording(exported(cluster.pk, begins, cluster.hop_seq), "copy")
    forked = branch(made.pk, cluster.hop_seq - begins + 1 - 60, "copy-2")
    assembly = Assembly(forked.pk)
    with assembly.store.transaction():
        engine = assembly.start_loops()
        engine.run_until(after(BEGIN, 60))
    running = [kv.obj["status"]["phase"] for kv in assembly.store.list("/registry/pods/").items]
    assert running == ["Running"] * 3
    assert not steering.read(forked.pk).control.is_recorded


def test_a_name_that_is_taken_leaves_nothing_behind(cluster: Cluster) -> None:
    log = exported(cluster.pk, 1, 40)
    counts = [model.objects.count() for model in (Cluster, Revision, KubeObject, HopBlock)]
    with pytest.raises(IntegrityError):
        make_recording(log, "demo")
    assert [model.objects.count() for model in (Cluster, Revision, KubeObject, HopBlock)] == counts
