"""One open watch: a queue of events that its reader empties.

Upstream: ``staging/src/k8s.io/apiserver/pkg/storage/cacher/cache_watcher.go``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import orjson

from cluster.apiserver.request import WatchEvent, WatchReady
from cluster.apiserver.selection import Selection
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Event, KeyValue

ADDED, MODIFIED, DELETED, BOOKMARK, ERROR, END = "ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR", "END"
INITIAL_EVENTS_END = {"k8s.io/initial-events-end": "true"}


class Change:
    """One change as all watches of its kind share it: what the object was, is, and is last seen as."""

    __slots__ = ("_farewell", "event")

    def __init__(self, event: Event) -> None:
        self.event = event
        self._farewell: KeyValue | None = None

    @property
    def farewell(self) -> KeyValue:
        """The object as it was before, stamped with this change's revision: what a DELETED event carries. Made once."""
        if self._farewell is None:
            prev = self.event.prev
            if prev is None:
                raise ValueError("a creation has nothing to say farewell to")
            obj = prev.copy()
            obj["metadata"]["resourceVersion"] = str(self.event.revision)
            self._farewell = KeyValue(prev.key, orjson.dumps(obj), self.event.revision, prev.create_revision, prev.version, obj)
        return self._farewell


class CacheWatcher:
    """A Watch. Filled on the cluster's thread; ``next`` may be called from another one (a deque allows that)."""

    def __init__(self, selection: Selection, on_ready: WatchReady, on_stop: Callable[[CacheWatcher], None], *, bookmarks: bool) -> None:
        self.selection, self.wants_bookmarks = selection, bookmarks
        self.after = 0
        self.is_stopped = False
        self._on_ready, self._on_stop = on_ready, on_stop
        self._events: deque[WatchEvent] = deque()

    def next(self) -> WatchEvent | None:
        """Remove and return the oldest event."""
        return self._events.popleft() if self._events else None

    @property
    def has_more(self) -> bool:
        """Whether an event waits."""
        return bool(self._events)

    def stop(self) -> None:
        """Take no more events. May be called from another thread."""
        self.is_stopped = True
        self._on_stop(self)

    def offer(self, change: Change) -> None:
        """Queue a change if it concerns the selection; an object that leaves the selection is DELETED, one that enters it ADDED."""
        event = change.event
        if self.is_stopped or event.revision <= self.after:
            return
        is_in = event.kv is not None and self.selection.matches(event.kv.obj)
        was_in = event.prev is not None and self.selection.matches(event.prev.obj)
        if is_in and event.kv is not None:
            self.push(WatchEvent(MODIFIED if was_in else ADDED, event.kv, event.hop))
        elif was_in:
            self.push(WatchEvent(DELETED, change.farewell, event.hop))

    def push(self, event: WatchEvent) -> None:
        """Queue an event and call the reader if it had nothing to read."""
        self._events.append(event)
        if len(self._events) == 1:
            self._on_ready()


def bookmark(kind: Kind, revision: int, annotations: Obj | None = None) -> WatchEvent:
    """Return the event that only says how far the watch has come."""
    meta: Obj = {"resourceVersion": str(revision), "creationTimestamp": None}
    if annotations:
        meta["annotations"] = annotations
    obj = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": meta}
    return WatchEvent(BOOKMARK, KeyValue("", orjson.dumps(obj), revision, 0, 0, obj))


def farewell() -> WatchEvent:
    """Return the event after which there are no others, because the kind is served no longer."""
    return WatchEvent(END, KeyValue("", b"", 0, 0, 0))


def failure(error: ApiError) -> WatchEvent:
    """Return the event that ends a watch."""
    return WatchEvent(ERROR, KeyValue("", orjson.dumps(error.status), 0, 0, 0, error.status))
