"""The newest value of every key and the latest changes, in memory: what both stores read from.

etcd keeps an index of keys in memory and the values in a file of pages by revision. Here the newest values are
kept in memory, too, with the changes that led to them; an older revision within reach of those changes is
read by undoing them. What lies further back is the database's business.

Upstream: etcd ``server/storage/mvcc/kvstore.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice

from cluster.etcd.folders import Folders, bounds
from cluster.machinery.storage import REGISTRY, Event, KeyValue, Listing


class Mirror:
    """A sorted map of the values at ``revision`` and every change after ``floor``. ``moves``: how often a value was set or set back;
    ``moves_outside_registry``: one that is no API object."""

    def __init__(self, revision: int = 0, values: dict[str, KeyValue] | None = None, moves: int = 0) -> None:
        self._values: dict[str, KeyValue] = values or {}
        self._keys = Folders(self._values)
        self._events: list[Event] = []  # gapless: the one of revision r stands at r - floor - 1
        self.floor = self.revision = revision
        self.moves = self.moves_outside_registry = moves

    def apply(self, event: Event) -> None:
        """Take in the change of the next revision."""
        if event.revision != self.revision + 1:
            raise ValueError(f"revision {event.revision} does not follow {self.revision}")
        self._events.append(event)
        self.revision = event.revision
        self._set(event.key, event.kv)

    def rewind(self, revision: int) -> None:
        """Undo the changes after ``revision``, because their transaction was undone."""
        while self.revision > revision:
            event = self._events.pop()
            self.revision -= 1
            self._set(event.key, event.prev)

    def forget(self, revision: int) -> None:
        """Drop the changes up to ``revision``."""
        del self._events[: max(revision - self.floor, 0)]
        self.floor = max(revision, self.floor)

    def abridge(self, key: str, raw: bytes) -> None:
        """Let ``raw`` stand for what a key has held that is gone. Raises ValueError for one that is there."""
        if key in self._values:
            raise ValueError(f"{key} is there: its value cannot be forgotten")
        for index, event in enumerate(self._events):
            if event.key == key:
                self._events[index] = event._replace(kv=_instead(event.kv, raw), prev=_instead(event.prev, raw))

    def get(self, key: str, revision: int) -> KeyValue | None:
        """Return the value at a ``revision`` from ``floor`` on."""
        for event in self._events[revision - self.floor :]:
            if event.key == key:
                return event.prev
        return self._values.get(key)

    def latest(self, key: str) -> KeyValue | None:
        """Return the newest value."""
        return self._values.get(key)

    @property
    def values(self) -> Collection[KeyValue]:
        """The newest values of all keys."""
        return self._values.values()

    def list(self, prefix: str, revision: int, limit: int, start_after: str) -> Listing:
        """Return a page of the values at a ``revision`` from ``floor`` on."""
        present = self._keys.may_begin_with(prefix)
        changed: dict[str, KeyValue | None] = {}
        if revision < self.revision:
            for event in reversed(self._events[revision - self.floor :]):
                if event.key.startswith(prefix):
                    changed[event.key] = event.prev
        if not changed:
            return page(present, self._values.__getitem__, revision, prefix, limit, start_after)
        first, end = bounds(present, prefix, "")
        values = {key: self._values[key] for key in present[first:end]}
        values.update({key: kv for key, kv in changed.items() if kv is not None})
        keys = sorted(key for key in values if changed.get(key, values[key]) is not None)
        return page(keys, values.__getitem__, revision, prefix, limit, start_after)

    def events(self, prefix: str, after: int, limit: int) -> Sequence[Event]:
        """Return the changes after a revision from ``floor`` on."""
        matching: Iterator[Event] = (e for e in self._events[after - self.floor :] if e.key.startswith(prefix))
        return list(islice(matching, limit or None))

    def _set(self, key: str, kv: KeyValue | None) -> None:
        self.moves += 1
        if not key.startswith(REGISTRY):
            self.moves_outside_registry += 1
        if kv is None:
            del self._values[key]
            self._keys.remove(key)
        else:
            if key not in self._values:
                self._keys.add(key)
            self._values[key] = kv


def _instead(kv: KeyValue | None, raw: bytes) -> KeyValue | None:
    return None if kv is None else KeyValue(kv.key, raw, kv.mod_revision, kv.create_revision, kv.version)


def page(keys: list[str], value_of: Callable[[str], KeyValue], revision: int, prefix: str, limit: int, start_after: str) -> Listing:
    """Cut a page out of sorted ``keys``."""
    if not keys:
        return Listing([], revision, 0)
    first, end = bounds(keys, prefix, start_after)
    last = min(first + limit, end) if limit else end
    return Listing([value_of(key) for key in keys[first:last]], revision, end - last)
