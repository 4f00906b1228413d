"""The store's SQL: one cluster's rows, read and written in bulk.

Writes go through ``executemany``, for a model instance per row costs ten times as much as the row; what every request needs is
plain SQL, since building a query costs as much again as all else that a write does. All statements here are understood by
SQLite and PostgreSQL alike. Upstream has no counterpart; compare kine ``pkg/drivers/generic/generic.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db import connection
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.lookups import IsNull

from cluster.engine.trace import Hop
from cluster.etcd import keyframes
from cluster.etcd.hop_log import HopLog, is_write
from cluster.etcd.lineage import OPEN, Stretch, lineage_of
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.storage import Event, KeyValue
from cluster.models import Cluster, Keyframe, KubeObject, Revision

_REVISION = f"""INSERT INTO {Revision._meta.db_table}
 (cluster_id, revision, key, value, create_revision, version, prev_revision, hop) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"""
_LATEST = f"""INSERT INTO {KubeObject._meta.db_table}
 (cluster_id, key, kind, namespace, name, value, mod_revision, create_revision, version) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
 ON CONFLICT (cluster_id, key) DO UPDATE SET value = excluded.value, mod_revision = excluded.mod_revision,
 create_revision = excluded.create_revision, version = excluded.version"""
_KEYFRAME = f"INSERT INTO {Keyframe._meta.db_table} (cluster_id, revision, alive) VALUES (%s, %s, %s)"
_GONE = f"DELETE FROM {KubeObject._meta.db_table} WHERE cluster_id = %s AND key = %s"
_HEAD = f"SELECT revision, compacted, hop_seq, step, now, lease_epoch FROM {Cluster._meta.db_table} WHERE id = %s"
_MOVE = f"UPDATE {Cluster._meta.db_table} SET revision = %s, compacted = %s, hop_seq = %s, step = %s, now = %s WHERE id = %s"
_HISTORY = ("revision", "key", "value", "create_revision", "version", "prev_revision", "hop")
_Row = tuple[int | str | bytes | None, ...]
_HistoryRow = tuple[int, str, bytes | None, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Head:
    """What a cluster's row says of its log. ``lease_epoch``: what a fence is held against."""

    revision: int
    compacted: int
    hop_seq: int
    step: int
    now: SimTime
    lease_epoch: int


IN_ONE_QUERY = 2000
"""Revisions asked for at once."""


class Rows:
    """The rows of one cluster. Locks and transactions are the caller's."""

    def __init__(self, cluster_id: int) -> None:
        self._id, self._log = cluster_id, HopLog(cluster_id)

    @cached_property
    def _lineage(self) -> tuple[Stretch, ...]:
        return lineage_of(self._id)

    def _history(self, after: int = 0, upto: int = OPEN) -> list[QuerySet[Revision]]:
        """The writes after one revision up to another, part by part, oldest first."""
        parts = [s for s in self._lineage if s.upto_revision > after and s.after_revision < upto]
        bounds = [(s.cluster_id, max(after, s.after_revision), min(upto, s.upto_revision)) for s in parts]
        return [Revision.objects.filter(cluster_id=owner, revision__gt=low, revision__lte=high) for owner, low, high in bounds]

    def head(self, *, lock: bool = False) -> Head:
        """Read the cluster's row; with ``lock``, keep every other writer out until the transaction ends.

        Raises Cluster.DoesNotExist.
        """
        with connection.cursor() as cursor:
            cursor.execute(_HEAD + (" FOR UPDATE" if lock and connection.features.has_select_for_update else ""), (self._id,))
            row = cursor.fetchone()
        if row is None:
            raise Cluster.DoesNotExist
        revision, compacted, hop_seq, step, now, epoch = row
        return Head(revision, compacted, hop_seq, step, SimTime(now), epoch)

    def values(self) -> dict[str, KeyValue]:
        """Read the latest value of every key."""
        columns = ("key", "value", "mod_revision", "create_revision", "version")
        rows = KubeObject.objects.filter(cluster_id=self._id).values_list(*columns)
        return {key: KeyValue(key, bytes(value), mod, create, version) for key, value, mod, create, version in rows.iterator(2000)}

    def alive_at(self, revision: int) -> set[int]:
        """The writes that no later one had replaced at a revision; of what is compacted away by then some may be among them."""
        stretch = next(s for s in reversed(self._lineage) if s.after_revision <= revision)
        frames = Keyframe.objects.filter(cluster_id=stretch.cluster_id, revision__gte=stretch.after_revision, revision__lte=revision)
        begin, data = frames.order_by("-revision").values_list("revision", "alive").first() or (0, b"")
        alive = keyframes.unpack(bytes(data))
        for history in self._history(begin, revision):
            changes = history.order_by("revision").values_list("revision", "prev_revision", IsNull(F("value"), True))
            keyframes.advance(alive, changes)
        return alive

    def values_of(self, revisions: Sequence[int]) -> list[KeyValue]:
        """Read what was written at these revisions, as far as it is kept."""
        return [_key_value(row) for row in self._written_at(revisions) if row[2] is not None]

    def _written_at(self, revisions: Sequence[int]) -> Iterator[_HistoryRow]:
        chunks = [revisions[first : first + IN_ONE_QUERY] for first in range(0, len(revisions), IN_ONE_QUERY)]
        for chunk in chunks:
            for history in self._history(min(chunk) - 1, max(chunk)):
                yield from history.filter(revision__in=chunk).values_list(*_HISTORY)

    def value_at(self, key: str, revision: int) -> KeyValue | None:
        """Read what stood at ``key`` at a ``revision`` that is still kept."""
        for history in reversed(self._history(0, revision)):
            row = history.filter(key=key).order_by("-revision").values_list(*_HISTORY).first()
            if row is not None:
                return None if row[2] is None else _key_value(row)
        return None

    def changes(self, after: int, upto: int) -> list[tuple[int, str, KeyValue | None, int]]:
        """Read (revision, key, value, hop) of every write after one revision up to another, in order."""
        rows = (row for history in self._history(after, upto) for row in history.order_by("revision").values_list(*_HISTORY))
        return [(row[0], row[1], None if row[2] is None else _key_value(row), row[6]) for row in rows]

    def events(self, prefix: str, after: int, upto: int, limit: int) -> list[Event]:
        """Read the changes under ``prefix`` with what stood there before, in order."""
        rows: list[_HistoryRow] = []
        for history in self._history(after, upto):
            page = history.filter(key__startswith=prefix).order_by("revision").values_list(*_HISTORY)
            rows += page[: limit - len(rows)] if limit else page
        before = {row[0]: row for row in self._written_at(sorted({row[5] for row in rows if row[5]}))}
        return [
            Event(
                row[0],
                row[1],
                None if row[2] is None else _key_value(row),
                _key_value(before[row[5]]) if row[5] else None,
                row[6],
            )
            for row in rows
            if row[1].startswith(prefix)
        ]

    def write(self, events: Sequence[Event], hops: Sequence[Hop], head: Head) -> None:
        """Append changes and hops, bring the latest values and the cluster's row up to date."""
        latest = {event.key: event.kv for event in events}
        self._execute(_REVISION, [self._history_row(event) for event in events])
        self._execute(_GONE, [(self._id, key) for key, kv in latest.items() if kv is None])
        self._execute(_LATEST, [self._latest_row(kv, kv.obj) for kv in latest.values() if kv is not None])
        self._log.append(hops)
        self._execute(_MOVE, [(head.revision, head.compacted, head.hop_seq, head.step, head.now, self._id)])

    def write_keyframe(self, revision: int, values: Iterable[KeyValue]) -> None:
        """Write down what is alive now."""
        alive = keyframes.pack(kv.mod_revision for kv in values)
        self._execute(_KEYFRAME, [(self._id, revision, alive)])

    def begin(self, revision: int, values: Sequence[KeyValue]) -> None:
        """Write down what a branch begins with."""
        self._execute(_LATEST, [self._latest_row(kv, kv.copy()) for kv in values])  # parsed for their names, not to be kept
        self.write_keyframe(revision, values)

    def compact(self, revision: int) -> None:
        """Delete every write up to ``revision`` that a later one up to there replaced, and deletions; not what branches begin with."""
        kept = Cluster.objects.filter(parent_id=self._id).aggregate(upto=Max("forked_revision"))["upto"] or 0
        history = Revision.objects.filter(cluster_id=self._id, revision__gt=kept)
        later = history.filter(key=OuterRef("key"), revision__gt=OuterRef("revision"), revision__lte=revision)
        history.filter(Q(value__isnull=True) | Exists(later), revision__lte=revision).delete()

    def abridge(self, key: str, raw: bytes) -> None:
        """Let ``raw`` stand for every value of a key in this cluster's own history."""
        Revision.objects.filter(cluster_id=self._id, key=key, value__isnull=False).update(value=raw)

    def hops(self, after: int, limit: int) -> list[Hop]:
        """Read committed hops after a sequence number, in order."""
        return self._log.read(after, limit)

    def revision_at(self, seq: int) -> int:
        """Return the revision of the last write at or before a hop; what the log begins with when nothing had been written yet."""
        found = self._log.last(seq, lambda hop: hop.revision > 0 and is_write(hop.target, hop.verb))
        return found.revision if found is not None else self._beginning

    @cached_property
    def is_recording(self) -> bool:
        """Whether nothing may be added to the log."""
        return Cluster.objects.filter(pk=self._id, recorded_from__isnull=False).exists()

    @cached_property
    def _beginning(self) -> int:
        """0, but for a recording of a later part of a log, and what was forked from one."""
        return Cluster.objects.values_list("recorded_from", flat=True).get(pk=self._lineage[0].cluster_id) or 0

    def step_at(self, seq: int) -> int:
        """Return the number of the engine's last step at or before a hop; 0: it had not begun."""
        found = self._log.last(seq, lambda hop: hop.step > 0)
        return found.step if found is not None else 0

    def decision(self, pod: str, revision: int | None) -> tuple[Hop, Hop | None] | None:
        """Read how the scheduler last decided about a pod, until a revision: the hop to its filters, and to its scores if it ranked."""
        upto = OPEN
        if revision is not None:
            newest = (history.order_by("-revision") for history in reversed(self._history(0, revision)))
            written = (history.values_list("hop", flat=True).first() for history in newest)
            upto = next((hop for hop in written if hop is not None), 0)
        return self._log.decision(pod, upto)

    def _execute(self, statement: str, rows: list[_Row]) -> None:
        if rows:
            with connection.cursor() as cursor:
                cursor.executemany(statement, rows)

    def _history_row(self, event: Event) -> _Row:
        kv, prev = event.kv, event.prev
        before = prev.mod_revision if prev else 0
        if kv is None:
            return (self._id, event.revision, event.key, None, prev.create_revision if prev else 0, 0, before, event.hop)
        return (self._id, event.revision, event.key, kv.raw, kv.create_revision, kv.version, before, event.hop)

    def _latest_row(self, kv: KeyValue, obj: Obj) -> _Row:
        metadata: Obj = obj.get("metadata") or {}
        names = (obj.get("kind", ""), metadata.get("namespace", ""), metadata.get("name", ""))
        return (self._id, kv.key, *names, kv.raw, kv.mod_revision, kv.create_revision, kv.version)


def _key_value(row: _HistoryRow) -> KeyValue:
    revision, key, value, create_revision, version, _, _ = row
    return KeyValue(key, bytes(value or b""), revision, create_revision, version)
