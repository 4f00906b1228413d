"""What ``etcdctl`` does and says: snapshot, restore, compaction, defragmentation."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cluster.engine.clock import Clock
from cluster.engine.trace import Trace
from cluster.etcd.store import DatabaseStore
from cluster.machinery.meta import SimTime
from cluster.machinery.storage import Fenced
from cluster.models import Cluster
from cluster.runner import lease
from cluster.runner.bootstrap import create_cluster
from cluster.runner.etcd_admin import MOST_SNAPSHOTS, EtcdAdmin, Refused, TooManySnapshots

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> DatabaseStore:
    clock = Clock(SimTime(0))
    return DatabaseStore(Cluster.objects.create(name="demo", seed=1, now=0).pk, Trace(clock), clock)


@pytest.fixture
def admin(store: DatabaseStore) -> EtcdAdmin:
    return EtcdAdmin(Cluster.objects.get().pk, store, store._trace)


def write(store: DatabaseStore, **texts: str | None) -> None:
    for name, text in texts.items():
        store.put(f"/registry/x/{name}", None if text is None else {"metadata": {"name": name}, "text": text})


def texts(store: DatabaseStore) -> dict[str, str]:
    return {kv.key.removeprefix("/registry/x/"): kv.obj["text"] for kv in store.list("/registry/").items}


def test_a_restore_brings_back_what_the_snapshot_has_at_later_revisions_and_ends_the_loops(admin: EtcdAdmin, store: DatabaseStore) -> None:
    write(store, kept="same", changed="before", deleted="once")
    store.put("/node/n1/containers/c", {"state": "running"})
    assert admin.snapshot("a.db") == ["Snapshot saved at a.db"]
    write(store, changed="after", deleted=None, added="since")
    store.put("/node/n1/containers/d", {"state": "running"})
    fence = lease.acquire(Cluster.objects.get().pk, "somebody")
    lines = admin.restore("a.db")
    assert texts(store) == {"kept": "same", "changed": "before", "deleted": "once"}
    assert [line.split('"msg":')[1] for line in lines] == [
        '"restoring snapshot","path":"a.db","revision":4}',
        '"restored snapshot","path":"a.db","written":2,"deleted":1}',
    ]
    changed = store.get("/registry/x/changed")
    assert changed is not None
    assert (changed.obj["metadata"]["resourceVersion"], store.revision) == ("10", 12)
    assert len(store.list("/node/").items) == 2, "what nodes keep is not in etcd"
    with pytest.raises(Fenced), store.transaction(fence=fence):
        pass
    log = [(hop.source, hop.verb, hop.is_routine) for hop in store._rows.hops(0, 10)]
    assert log == [
        ("etcdctl", "snapshot", False),
        ("etcdctl", "restore", False),
        ("etcd", "delete", True),
        ("etcd", "put", True),
        ("etcd", "put", True),
    ]


def test_a_compaction_frees_and_a_defragmentation_gives_back(admin: EtcdAdmin, store: DatabaseStore) -> None:
    for number in range(10):
        write(store, one=str(number) * 100)
    whole = admin.status()
    assert (whole.size, whole.compacted) == (whole.in_use, 0)
    assert admin.compact(10) == ["compacted revision 10"]
    after = admin.status()
    assert (after.size, after.compacted) == (whole.size, 10)
    assert after.in_use < whole.in_use / 5
    assert admin.defrag() == ["Finished defragmenting etcd member[https://127.0.0.1:2379]"]
    assert admin.status().size == after.in_use


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        (5, "etcdserver: mvcc: required revision has been compacted"),
        (99, "etcdserver: mvcc: required revision is a future revision"),
    ],
)
def test_what_cannot_be_compacted_is_refused_as_etcd_does(admin: EtcdAdmin, store: DatabaseStore, revision: int, message: str) -> None:
    for number in range(10):
        write(store, one=str(number))
    admin.compact(7)
    with pytest.raises(Refused, match=message):
        admin.compact(revision)


def test_a_snapshot_that_is_not_there_is_refused(admin: EtcdAdmin) -> None:
    with pytest.raises(Refused, match=r"open b\.db: no such file or directory"):
        admin.restore("b.db")


def test_a_file_that_is_no_snapshot_is_refused(admin: EtcdAdmin) -> None:
    for data in (b"", b"PK", b"x" * 100):
        with pytest.raises(Refused, match="snapshot file corrupted"):
            admin.restore_from(data, "c.db")


def etcdctl(*words: str) -> str:
    output = StringIO()
    call_command("etcdctl", "demo", *words, stdout=output)
    return output.getvalue()


def test_the_command_speaks_as_etcdctl(tmp_path: Path) -> None:
    create_cluster("demo", seed=1, workers=1, now=SimTime(1_767_225_600_000_000))
    path = str(tmp_path / "a.db")
    keys = etcdctl("get", "/registry/namespaces/", "--prefix", "--keys-only")
    assert keys.split() == [f"/registry/namespaces/{name}" for name in ("default", "kube-node-lease", "kube-public", "kube-system")]
    assert etcdctl("get", "/registry/namespaces/default").startswith('/registry/namespaces/default\n{"')
    assert etcdctl("snapshot", "save", path) == f"Snapshot saved at {path}\n"
    assert '"written":0,"deleted":0}' in etcdctl("snapshot", "restore", path)
    assert etcdctl("compact", "5") == "compacted revision 5\n"
    assert etcdctl("defrag") == "Finished defragmenting etcd member[https://127.0.0.1:2379]\n"
    for words, message in (
        (("compact", "5"), "Error: etcdserver: mvcc: required revision has been compacted"),
        (("snapshot", "restore", str(tmp_path / "b.db")), "No such file or directory"),
        (("melt",), "unknown command 'melt' for etcdctl"),
    ):
        with pytest.raises(CommandError, match=message):
            etcdctl(*words)


def test_of_the_most_snapshots_one_is_replaced_and_none_added(admin: EtcdAdmin) -> None:
    names = [f"{number}.db" for number in range(MOST_SNAPSHOTS)]
    for name in [*names, names[0]]:
        admin.snapshot(name)
    with pytest.raises(TooManySnapshots):
        admin.snapshot("more.db")
    assert [saved.name for saved in admin.status().snapshots] == names
