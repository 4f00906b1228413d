"""What an administrator does to etcd itself, and what ``etcdctl`` says to it.

Upstream: etcd ``etcdctl/ctlv3/command/`` (``snapshot_command.go``, ``compaction_command.go``, ``defrag_command.go``) and
``etcdutl/etcdutl/snapshot_command.go``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Sum
from django.db.models.functions import Length

from cluster.engine.trace import Trace
from cluster.etcd import snapshot
from cluster.machinery.meta import SimTime
from cluster.machinery.storage import Compacted, FutureRevision, Store
from cluster.models import Cluster, EtcdSnapshot, Revision
from cluster.runner import lease

ENDPOINT = "https://127.0.0.1:2379"
MOST_SNAPSHOTS = 20
ACTIONS = ("snapshot", "restore", "compact", "defrag")


class Refused(Exception):  # noqa: N818 - etcd's answer, not a fault
    """What etcdctl prints after ``Error:``."""


class TooManySnapshots(Refused):
    """There are ``MOST_SNAPSHOTS``, and none of the wanted name: a limit of ours, not of etcd."""


@dataclass(frozen=True, slots=True)
class SavedSnapshot:
    """One that is kept with the cluster. ``at``: the simulated moment, ``hop``: the last one that it has."""

    name: str
    revision: int
    keys: int
    size: int
    hop: int
    at: SimTime


@dataclass(frozen=True, slots=True)
class EtcdStatus:
    """As ``etcdctl endpoint status``: bytes on the disk, and of them in use; what is not is given back by a defragmentation."""

    revision: int
    compacted: int
    size: int
    in_use: int
    snapshots: Sequence[SavedSnapshot]


class EtcdAdmin:
    """Works on one cluster's store, on its thread."""

    def __init__(self, cluster_id: int, store: Store, trace: Trace) -> None:
        self._id, self._store, self._trace = cluster_id, store, trace

    def status(self) -> EtcdStatus:
        """Return revisions, sizes and the snapshots there are, oldest first."""
        columns = ("name", "revision", "keys", "size", "hop", "at")
        rows = EtcdSnapshot.objects.filter(cluster_id=self._id).order_by("pk").values_list(*columns)
        saved = [SavedSnapshot(name, revision, keys, size, hop, SimTime(at)) for name, revision, keys, size, hop, at in rows]
        in_use, free = self._in_use(), Cluster.objects.values_list("etcd_free", flat=True).get(pk=self._id)
        return EtcdStatus(self._store.revision, self._store.compacted, in_use + free, in_use, saved)

    def snapshot(self, name: str) -> list[str]:
        """Keep a snapshot with the cluster, under a name that replaces what had it. Raises TooManySnapshots."""
        rows = EtcdSnapshot.objects.filter(cluster_id=self._id)
        if rows.count() >= MOST_SNAPSHOTS and not rows.filter(name=name).exists():
            raise TooManySnapshots(f"no space left for more than {MOST_SNAPSHOTS} snapshots")
        made = snapshot.take(self._store)
        with self._store.transaction():
            hop = self._trace.record(snapshot.ADMIN, "etcd", "snapshot", outcome=name)
            values = {"revision": made.revision, "keys": made.keys, "size": len(made.data), "hop": hop.seq, "at": self._store.now}
            rows.update_or_create(cluster_id=self._id, name=name, defaults={**values, "data": made.data})
        return [f"Snapshot saved at {name}"]

    def restore(self, name: str) -> list[str]:
        """Go back to a snapshot. Raises Refused when there is none of that name."""
        found = EtcdSnapshot.objects.filter(cluster_id=self._id, name=name).values_list("data", flat=True).first()
        if found is None:
            raise Refused(f"open {name}: no such file or directory")
        return self.restore_from(bytes(found), name)

    def restore_from(self, data: bytes, name: str) -> list[str]:
        """Go back to what a file has. The components start again: what they held in memory is of another time. Raises Refused."""
        try:
            restored = snapshot.restore(self._store, self._trace, data, name)
        except snapshot.NotASnapshot as error:
            raise Refused(str(error)) from error
        lease.revoke(self._id)
        return [
            f'{{"level":"info","msg":"restoring snapshot","path":"{name}","revision":{restored.revision}}}',
            f'{{"level":"info","msg":"restored snapshot","path":"{name}","written":{restored.written},"deleted":{restored.deleted}}}',
        ]

    def compact(self, revision: int) -> list[str]:
        """Forget history. Raises Refused."""
        before = self._in_use()
        try:
            with self._store.transaction():
                self._trace.record(snapshot.ADMIN, "etcd", "compact", outcome=str(revision))
                self._store.compact(revision)
        except Compacted as error:
            raise Refused("etcdserver: mvcc: required revision has been compacted") from error
        except FutureRevision as error:
            raise Refused("etcdserver: mvcc: required revision is a future revision") from error
        Cluster.objects.filter(pk=self._id).update(etcd_free=F("etcd_free") + before - self._in_use())
        return [f"compacted revision {revision}"]

    def defrag(self) -> list[str]:
        """Give back what compactions have freed."""
        with self._store.transaction():
            self._trace.record(snapshot.ADMIN, "etcd", "defrag")
        Cluster.objects.filter(pk=self._id).update(etcd_free=0)
        return [f"Finished defragmenting etcd member[{ENDPOINT}]"]

    def _in_use(self) -> int:
        return Revision.objects.filter(cluster_id=self._id).aggregate(size=Sum(Length("value")))["size"] or 0
