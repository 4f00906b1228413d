"""etcd without a disk: for unit tests of everything above it. Holds the same contract as the database store.

Upstream: etcd ``server/storage/mvcc/kvstore_txn.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from cluster.engine.clock import Clock
from cluster.engine.trace import Hop, Trace
from cluster.etcd.mirror import Mirror
from cluster.etcd.write import next_event
from cluster.machinery.encoding import kept_json
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.storage import Compacted, Event, Fence, Fenced, FutureRevision, KeyValue, Listing


class MemoryStore:
    """A Store of one process. ``hops``: the committed log; ``epoch``: what a fence is held against."""

    def __init__(self, trace: Trace, clock: Clock) -> None:
        self._trace, self._clock = trace, clock
        self._mirror = Mirror()
        self._now = clock.now
        self._compacted = 0
        self._depth = 0
        self._listeners: list[Callable[[int], None]] = []
        self.hops: list[Hop] = []
        self.epoch = 0

    @property
    def revision(self) -> int:
        """The newest revision."""
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
        return self._compacted

    @property
    def now(self) -> SimTime:
        """The simulated clock as it was last committed, or as it is inside a transaction."""
        return self._clock.now if self._depth else self._now

    def refresh(self) -> int:
        """Return the head revision; nobody else writes here."""
        return self.revision

    @contextmanager
    def transaction(self, *, fence: Fence | None = None) -> Iterator[None]:
        """Group what is written inside. An exception undoes it, in an inner block what was written since that began."""
        if fence is not None and fence.epoch != self.epoch:
            raise Fenced(f"epoch {fence.epoch} has ended; now {self.epoch}")
        revision, compacted, mark = self.revision, self._compacted, self._trace.mark
        if not self._depth:
            self._trace.open()
        self._depth += 1
        try:
            yield
        except BaseException:
            self._mirror.rewind(revision)
            self._compacted = compacted
            self._trace.undo(mark)
            raise
        else:
            if self._depth == 1:
                self._commit(revision)
        finally:
            self._depth -= 1

    def get(self, key: str, *, revision: int | None = None) -> KeyValue | None:
        """Return the value of a key."""
        return self._mirror.latest(key) if revision is None else self._mirror.get(key, self._kept(revision))

    def list(self, prefix: str, *, revision: int | None = None, limit: int = 0, start_after: str = "") -> Listing:
        """Return the values under a prefix."""
        at = self.revision if revision is None else self._kept(revision)
        return self._mirror.list(prefix, at, limit, start_after)

    def put(self, key: str, value: Obj | None, *, if_mod_revision: int | None = None, hop: int = 0) -> KeyValue:
        """Write or delete one key."""
        with self.transaction():
            event, written = next_event(self.revision + 1, key, value, self._mirror.latest(key), if_mod_revision, hop)
            self._mirror.apply(event)
            return written

    def events(self, prefix: str, *, after: int, limit: int = 0) -> Sequence[Event]:
        """Return the changes after a revision."""
        if after < self.compacted:
            raise Compacted(after, self.compacted)
        return self._mirror.events(prefix, after, limit)

    def compact(self, revision: int) -> None:
        """Forget the history before a revision."""
        with self.transaction():
            if revision <= self.compacted:
                raise Compacted(revision, self.compacted)
            self._compacted = self._kept(revision)

    def abridge(self, key: str, value: Obj) -> None:
        """Let a value stand for whatever a key has held that is gone."""
        self._mirror.abridge(key, kept_json(value))

    def on_commit(self, listener: Callable[[int], None]) -> None:
        """Call a listener after each commit."""
        self._listeners.append(listener)

    def _kept(self, revision: int) -> int:
        if revision < self.compacted:
            raise Compacted(revision, self.compacted)
        if revision > self.revision:
            raise FutureRevision(revision, self.revision)
        return revision

    def _commit(self, before: int) -> None:
        hops = self._trace.take()
        is_changed = bool(hops) or self.revision > before or self._clock.now > self._now or self._compacted > self._mirror.floor
        self.hops += hops
        self._now = self._clock.now
        self._mirror.forget(self._compacted)
        if is_changed:
            for listener in self._listeners:
                listener(self.revision)
