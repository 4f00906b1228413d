"""etcd on a database: one cluster's state, shared by every process that opens it.

Real etcd is three servers that agree by Raft on one log. Here the database keeps the log, and the lock on the cluster's
row puts its writers in line: whoever holds it takes the next revisions and hop numbers, so both are gapless and in commit
order. Reads come from a mirror in memory that catches up with the log; a transaction's writes are kept there and go to
the database together when it ends (etcd batches its own commits, too).

Upstream: etcd ``server/storage/mvcc/watchable_store.go``, ``server/storage/backend/batch_tx.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from django.db import transaction

from cluster.engine.clock import Clock
from cluster.engine.trace import Trace
from cluster.etcd import keyframes
from cluster.etcd.mirror import Mirror
from cluster.etcd.past import Past
from cluster.etcd.rows import Head, Rows
from cluster.etcd.write import next_event
from cluster.machinery.encoding import kept_json
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.storage import Compacted, Event, Fence, Fenced, FutureRevision, KeyValue, Listing, ReadOnly

KEPT = 4096
"""How many of the latest changes stay in memory; watches and reads further back ask the database."""


_Mark = tuple[int, int, int]
"""Revision, compacted revision and number of hops at some moment of a transaction."""


class _Block:
    """A block of a transaction. There is one for every write: a generator would take twice as long."""

    __slots__ = ("_began", "_store")

    def __init__(self, store: DatabaseStore) -> None:
        self._store, self._began = store, (0, 0, 0)

    def __enter__(self) -> None:
        self._began = self._store.enter_block()

    def __exit__(self, raised: type[BaseException] | None, *_: object) -> None:
        self._store.leave_block(None if raised is None else self._began)


class DatabaseStore:
    """A Store of the cluster with this id. Belongs to one thread, as its database connection does."""

    def __init__(self, cluster_id: int, trace: Trace, clock: Clock, *, kept: int = KEPT, keyframe_every: int = keyframes.EVERY) -> None:
        self._rows, self._trace, self._clock, self._kept_events = Rows(cluster_id), trace, clock, kept
        self._past, self._keyframe_every = Past(self._rows), keyframe_every
        self._depth = 0
        self._listeners: list[Callable[[int], None]] = []
        self._mirror, self._head = self._load(0)
        clock.advance(self._head.now)
        trace.restart(self._head.hop_seq + 1)

    @property
    def revision(self) -> int:
        """The newest revision this store has seen."""
        return self._mirror.revision

    @property
    def moves(self) -> int:
        """Another number whenever a value may have changed."""
        return self._mirror.moves

    @property
    def moves_outside_registry(self) -> int:
        """Another number whenever a value may have changed that is no API object."""
        return self._mirror.moves_outside_registry

    @property
    def compacted(self) -> int:
        """The revision of the last compaction."""
        return self._head.compacted

    @property
    def is_recording(self) -> bool:
        """Whether nothing can be written."""
        return self._rows.is_recording

    @property
    def now(self) -> SimTime:
        """The simulated clock as it was last committed, or as it is inside a transaction."""
        return self._clock.now if self._depth else self._head.now

    @property
    def hop_seq(self) -> int:
        """The sequence number of the last committed hop this store has seen."""
        return self._head.hop_seq

    def refresh(self) -> int:
        """Catch up with what other processes have committed; return the head revision."""
        if not self._depth:
            self._catch_up(self._rows.head())
        return self.revision

    def transaction(self, *, fence: Fence | None = None) -> AbstractContextManager[None]:
        """Group what is written inside. An exception undoes it, in an inner block what was written since that began."""
        if self._depth:
            self._check(fence)
            return _Block(self)
        return self._committing(fence)

    @contextmanager
    def _committing(self, fence: Fence | None) -> Iterator[None]:
        if self.is_recording:
            raise ReadOnly("the cluster is a recording: it can be read, and a branch of it changed")
        before: Head | None = None
        try:
            with transaction.atomic():
                self._catch_up(self._rows.head(lock=True))
                self._check(fence)
                before = self._head
                with _Block(self):
                    self._trace.restart(before.hop_seq + 1)
                    self._trace.open()
                    yield
                    self._write(before)
        except BaseException:
            if before is not None:  # also when the commit itself failed, after everything inside went well
                self._mirror.rewind(before.revision)
                self._head = before
            raise
        if self._head != before:
            self._mirror.forget(max(self._head.compacted, self._floor()))
            for listener in self._listeners:
                listener(self.revision)

    def get(self, key: str, *, revision: int | None = None) -> KeyValue | None:
        """Return the value of a key."""
        if revision is None:
            return self._mirror.latest(key)
        if self._kept(revision) >= self._mirror.floor:
            return self._mirror.get(key, revision)
        return self._past.get(key, revision)

    def list(self, prefix: str, *, revision: int | None = None, limit: int = 0, start_after: str = "") -> Listing:
        """Return the values under a prefix."""
        at = self.revision if revision is None else self._kept(revision)
        if at >= self._mirror.floor:
            return self._mirror.list(prefix, at, limit, start_after)
        return self._past.page(prefix, at, limit, start_after, self._mirror.values)

    def put(self, key: str, value: Obj | None, *, if_mod_revision: int | None = None, hop: int = 0) -> KeyValue:
        """Write or delete one key."""
        if not self._depth:
            with self.transaction():
                return self.put(key, value, if_mod_revision=if_mod_revision, hop=hop)
        event, written = next_event(self.revision + 1, key, value, self._mirror.latest(key), if_mod_revision, hop)
        self._mirror.apply(event)
        return written

    def events(self, prefix: str, *, after: int, limit: int = 0) -> Sequence[Event]:
        """Return the changes after a revision."""
        if after < self.compacted:
            raise Compacted(after, self.compacted)
        floor = self._mirror.floor
        if after >= floor:
            return self._mirror.events(prefix, after, limit)
        older = self._rows.events(prefix, after, floor, limit)
        if limit and len(older) >= limit:
            return older
        return [*older, *self._mirror.events(prefix, floor, limit - len(older) if limit else 0)]

    def compact(self, revision: int) -> None:
        """Forget the history before a revision."""
        with self.transaction():
            if revision <= self.compacted:
                raise Compacted(revision, self.compacted)
            self._head = replace(self._head, compacted=self._kept(revision))

    def abridge(self, key: str, value: Obj) -> None:
        """Let a value stand for whatever a key has held that is gone."""
        raw = kept_json(value)
        with self.transaction():
            self._mirror.abridge(key, raw)
            self._rows.abridge(key, raw)
        self._past.forget()

    def on_commit(self, listener: Callable[[int], None]) -> None:
        """Call a listener after each commit."""
        self._listeners.append(listener)

    def _kept(self, revision: int) -> int:
        if revision < self.compacted:
            raise Compacted(revision, self.compacted)
        if revision > self.revision:
            raise FutureRevision(revision, self.revision)
        return revision

    def _check(self, fence: Fence | None) -> None:
        if fence is not None and fence.epoch != self._head.lease_epoch:
            raise Fenced(f"epoch {fence.epoch} has ended; now {self._head.lease_epoch}")

    def enter_block(self) -> _Mark:
        """Begin a block of a transaction; return what ``leave_block`` goes back to when it fails."""
        self._depth += 1
        return self.revision, self.compacted, self._trace.mark

    def leave_block(self, failed_after: _Mark | None) -> None:
        """End a block, undoing what was written in it if it failed."""
        self._depth -= 1
        if failed_after is not None:
            revision, compacted, mark = failed_after
            self._mirror.rewind(revision)
            self._head = replace(self._head, compacted=compacted)
            self._trace.undo(mark)

    def _load(self, moves: int) -> tuple[Mirror, Head]:
        with transaction.atomic():  # the lock keeps the row and the values at one revision
            head = self._rows.head(lock=True)
            return Mirror(head.revision, self._rows.values(), moves), head

    def _catch_up(self, head: Head) -> None:
        if head.revision - self.revision > self._kept_events or head.compacted > self.revision:
            self._mirror, head = self._load(self.moves + 1)
        elif head.revision > self.revision:
            changes = self._rows.changes(self.revision, head.revision)
            if len(changes) != head.revision - self.revision:  # a compaction came between the two reads
                self._mirror, head = self._load(self.moves + 1)
            else:
                for revision, key, kv, hop in changes:
                    self._mirror.apply(Event(revision, key, kv, self._mirror.latest(key), hop))
        if head.compacted != self._head.compacted:
            self._past.forget()
        self._head = head
        self._clock.advance(head.now)

    def _floor(self) -> int:
        # Changes are dropped by halves, since each dropping moves all that stay.
        return self.revision - self._kept_events if self.revision - self._mirror.floor > 2 * self._kept_events else 0

    def _write(self, before: Head) -> None:
        hops = self._trace.take()
        head = replace(
            self._head,
            revision=self.revision,
            hop_seq=before.hop_seq + len(hops),
            step=max([before.step, *(hop.step for hop in hops)]),
            now=self._clock.now,
        )
        if head == before:
            return
        self._rows.write(self._mirror.events("", before.revision, 0), hops, head)
        if keyframes.is_due(before.revision, head.revision, self._keyframe_every, len(self._mirror.values)):
            self._rows.write_keyframe(head.revision, self._mirror.values)
        if head.compacted != before.compacted:
            self._rows.compact(head.compacted)
            self._past.forget()
        self._head = head
