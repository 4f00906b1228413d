"""A branch of any moment of a recorded run reaches the end that the run reached, and shares its past with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from django.db.models import ProtectedError

from cluster.engine.engine import Engine
from cluster.etcd.branching import branch
from cluster.etcd.rows import Rows
from cluster.etcd.store import DatabaseStore
from cluster.machinery.meta import Obj, after
from cluster.machinery.storage import Compacted
from cluster.models import Cluster, Revision
from cluster.runner.assembly import Assembly
from cluster.runner.bootstrap import create_cluster
from cluster.runner.family import Relative, family_of, fork
from cluster.runner.pace import is_quiet
from tests.unit.runner.test_determinism import BEGIN, CREATE, ROLL_OUT

pytestmark = pytest.mark.django_db

END = 130.0
REQUESTS = ((20.0, CREATE), (50.0, ROLL_OUT))
"""Simulated seconds after the cluster was handed over, and what is asked then."""
PREFIXES = 12
"""Moments of the run that a branch is made of, evenly spread over everything that happened since it was handed over."""


def play(assembly: Assembly, engine: Engine, written: Sequence[int] = ()) -> list[int]:
    """Let everything happen that is still to come; ``written``: at which revisions requests were, of which some may have come already.
    Returns them."""
    begun = assembly.store.revision
    revisions = []
    for number, (seconds, request) in enumerate(REQUESTS):
        if number < len(written) and written[number] <= begun:
            continue
        with assembly.store.transaction():
            engine.run_until(after(BEGIN, seconds))
        assembly.api.serve(request)
        revisions.append(assembly.store.revision)
    with assembly.store.transaction():
        engine.run_until(after(BEGIN, END))
    return revisions


def start(cluster_id: int) -> tuple[Assembly, Engine]:
    assembly = Assembly(cluster_id)
    with assembly.store.transaction():
        return assembly, assembly.start_loops()


def outcome(assembly: Assembly) -> Obj:
    """What there is in the end, without names that are drawn and moments."""
    objects = [kv.obj for kv in assembly.store.list("/registry/").items if kv.obj.get("kind") not in ("Event", "Lease", None)]
    pods = [obj for obj in objects if obj["kind"] == "Pod"]
    sets = [obj for obj in objects if obj["kind"] == "ReplicaSet"]
    containers = [kv.obj for kv in assembly.store.list("/node/").items if "/containers/" in kv.key]
    return {
        "kinds": Counter(obj["kind"] for obj in objects),
        "pods": Counter((pod["status"]["phase"], pod["spec"]["containers"][0]["image"]) for pod in pods),
        "sets": Counter((rs["metadata"]["name"], rs["spec"]["replicas"], rs["status"].get("readyReplicas", 0)) for rs in sets),
        "status": [obj["status"]["availableReplicas"] for obj in objects if obj["kind"] == "Deployment"],
        "containers": len(containers),
    }


@dataclass(frozen=True)
class Run:
    """A cluster at the end of everything. ``written``: the revisions of the requests."""

    assembly: Assembly
    written: list[int]

    @property
    def store(self) -> DatabaseStore:
        return self.assembly.store


@pytest.fixture
def run() -> Run:
    assembly, engine = start(create_cluster("demo", seed=7, now=BEGIN, addons=False).pk)
    return Run(assembly, play(assembly, engine))


def id_of(name: str = "demo") -> int:
    return Cluster.objects.values_list("pk", flat=True).get(name=name)


def test_a_branch_of_any_moment_comes_to_the_same_end(run: Run) -> None:
    expected, head = outcome(run.assembly), run.store.hop_seq
    assert expected["pods"] == {("Running", "nginx:1.28"): 3}
    first = next(hop.seq for hop in Rows(id_of()).hops(0, head) if hop.source == "kubectl") - 5
    places = [first + (head - first) * number // PREFIXES for number in range(PREFIXES + 1)]
    for seq in places:
        made = branch(id_of(), seq, f"from-{seq}")
        assembly, engine = start(made.pk)
        play(assembly, engine, run.written)
        assert outcome(assembly) == expected, f"branch of hop {seq}"
    assert outcome(Assembly(id_of())) == expected, "the parent is as it was"


def test_a_branch_begins_as_its_parent_was_and_shares_its_past(run: Run) -> None:
    parent = Rows(id_of())
    seq = run.store.hop_seq * 2 // 3
    made = branch(id_of(), seq, "other")
    rows, revision = Rows(made.pk), parent.revision_at(seq)
    then = {kv.key: kv.raw for kv in run.store.list("/", revision=revision).items}
    assert {key: kv.raw for key, kv in rows.values().items()} == then
    assert (made.revision, made.hop_seq, made.now) == (revision, seq, parent.hops(seq - 1, 1)[0].at)
    assert Revision.objects.filter(cluster=made).count() == 0, "history is shared, not copied"
    assembly, engine = start(made.pk)
    play(assembly, engine, run.written)
    assert rows.hops(0, seq) == parent.hops(0, seq)
    assert [hop.seq for hop in rows.hops(seq - 3, 6)] == list(range(seq - 2, seq + 4))
    assert [change[0] for change in rows.changes(0, assembly.store.revision)] == list(range(1, assembly.store.revision + 1))
    for old in (1, revision // 2, revision - 1, revision, revision + 5):
        reference = parent if old <= revision else rows
        store = run.store if old <= revision else assembly.store
        expected = {kv.key: kv.raw for kv in store.list("/", revision=old).items}
        assert {kv.key: kv.raw for kv in rows.values_of(sorted(rows.alive_at(old)))} == expected, old
        key = "/registry/deployments/default/web"
        assert (rows.value_at(key, old) is None) == (reference.value_at(key, old) is None), old
    assert [(e.revision, e.prev is None) for e in rows.events("/registry/deployments/", 0, revision, 0)] == [
        (e.revision, e.prev is None) for e in parent.events("/registry/deployments/", 0, revision, 0)
    ]


def test_a_compaction_leaves_what_branches_begin_with_and_its_parent_cannot_be_deleted(run: Run) -> None:
    seq = run.store.hop_seq // 2
    made = branch(id_of(), seq, "other")
    before = {kv.key: kv.raw for kv in Assembly(made.pk).store.list("/", revision=made.revision - 3).items}
    run.store.compact(run.store.revision)
    rows = Rows(made.pk)
    assert {kv.key: kv.raw for kv in rows.values_of(sorted(rows.alive_at(made.revision - 3)))} == before
    with pytest.raises(Compacted):
        branch(id_of(), seq, "too late")
    with pytest.raises(ProtectedError):
        Cluster.objects.get(name="demo").delete()


@pytest.mark.parametrize("seq", [0, -1, 10**9])
def test_there_is_no_branch_of_no_hop(run: Assembly, seq: int) -> None:
    with pytest.raises(LookupError):
        branch(id_of(), seq, "other")


def test_a_family_is_told_from_its_first_cluster_on(run: Run) -> None:
    head = run.store.hop_seq
    create_cluster("demo-3", seed=1, now=BEGIN)
    names = [fork(id_of(), 100), fork(id_of("demo-2"), 50), fork(id_of(), 200)]
    assert names == ["demo-2", "demo-4", "demo-5"]
    family = (
        Relative("demo", "", 0, head),
        Relative("demo-2", "demo", 100, 100),
        Relative("demo-4", "demo-2", 50, 50),
        Relative("demo-5", "demo", 200, 200),
    )
    assert [family_of(id_of(name)) for name in ("demo", "demo-4")] == [family, family]
    assert [hop.seq for hop in Rows(id_of("demo-4")).hops(0, 1000)] == list(range(1, 51))


def test_a_branch_of_a_cluster_at_rest_has_nothing_to_show_until_somebody_acts() -> None:
    parent = Assembly(create_cluster("demo", seed=7, now=BEGIN).pk)
    with parent.store.transaction():
        parent.start_loops().run_until(after(BEGIN, 60.0))
    head = parent.store.hop_seq
    made = branch(id_of(), head, "other")
    assembly, engine = start(made.pk)
    with assembly.store.transaction():
        engine.run_until(after(assembly.store.now, 30.0))
    assert [(hop.source, hop.verb, hop.key) for hop in Rows(made.pk).hops(head, 5000) if not is_quiet(hop)] == []
