"""A watch held by the server's loop on a watch cache that lives on the cluster's thread.

Events are carried over only when the transaction that made them is committed: what a client sees has happened. A client that does not take
them is not waited for: as upstream, its watch ends when too much has waited for too long, without an error, and it watches on from the last
event that it has got. What a watch begins with does not count. Differs from upstream in the measure: there a buffer of 10 to 1000 events
may be full for a twentieth of a second, for its readers are threads of their own.

Upstream: ``staging/src/k8s.io/apiserver/pkg/storage/cacher/cache_watcher.go`` (``add``, ``forget``), ``time_budget.go``.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import orjson

from cluster.apiserver.request import Watch, WatchEvent, WatchReady
from cluster.apiserver.watch import farewell
from cluster.machinery.errors import expired
from cluster.machinery.storage import KeyValue

MOST = 1000
"""Events that may wait for a client for longer than ``PATIENCE``."""
PATIENCE = 5.0
"""Seconds of the wall clock."""
MOST_AT_ALL = 10 * MOST
"""Events that may wait for it at all."""


class OutsideWatch:
    """Implements Watch. ``on_thread`` runs a call on the cluster's thread, ``on_loop`` one on the loop; ``wall``: seconds of some clock."""

    def __init__(
        self,
        watch: Watch,
        on_ready: WatchReady,
        *,
        on_thread: Callable[[Callable[[], None]], None],
        on_loop: Callable[[Callable[[], None]], None],
        on_stop: Callable[[OutsideWatch], None],
        wall: Callable[[], float] = time.monotonic,
    ) -> None:
        self._watch, self._on_ready = watch, on_ready
        self._on_thread, self._on_loop, self._on_stop, self._wall = on_thread, on_loop, on_stop, wall
        self._buffer: deque[WatchEvent] = deque()
        self._initial = 0
        self._full_since: float | None = None
        self._has_begun = self._is_closed = False

    def next(self) -> WatchEvent | None:
        """Remove and return the oldest event that was carried over (on the loop)."""
        if not self._buffer:
            return None
        self._initial = max(self._initial - 1, 0)
        return self._buffer.popleft()

    @property
    def has_more(self) -> bool:
        """Whether ``next`` would return an event (on the loop)."""
        return bool(self._buffer)

    def stop(self) -> None:
        """Close it (on the loop)."""
        self._on_thread(self._stop)

    def carry(self) -> None:
        """Bring committed events over to the loop, and end the watch of a client that does not take them (on the thread)."""
        is_new = False
        while not self._is_closed and (event := self._watch.next()) is not None:
            self._buffer.append(event)
            is_new = True
        if not self._has_begun:
            self._has_begun, self._initial = True, len(self._buffer)
        if self._is_too_slow():
            self._close()
            is_new = True
        if is_new:
            self._on_loop(self._on_ready)

    def expire(self) -> None:
        """End it, because its cluster was assembled anew: the client lists again (on the thread)."""
        status = expired("the watch cache was rebuilt; list again").status
        self._buffer.append(WatchEvent("ERROR", KeyValue("", orjson.dumps(status), 0, 0, 0)))
        self._on_loop(self._on_ready)

    def _is_too_slow(self) -> bool:
        waiting, now = len(self._buffer) - self._initial, self._wall()
        if waiting <= MOST:
            self._full_since = None
        elif self._full_since is None:
            self._full_since = now
        return not self._is_closed and (waiting > MOST_AT_ALL or (self._full_since is not None and now - self._full_since > PATIENCE))

    def _close(self) -> None:
        """Keep what the client may still take, without a gap, and let nothing more come."""
        self._is_closed = True
        while len(self._buffer) > self._initial + MOST:
            self._buffer.pop()
        self._buffer.append(farewell())
        self._stop()

    def _stop(self) -> None:
        self._watch.stop()
        self._on_stop(self)
