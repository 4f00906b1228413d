"""A watch held by the server's loop on a watch cache that lives on the cluster's thread.

Events are carried over only when the transaction that made them is committed: what a client sees has happened.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import orjson

from cluster.apiserver.request import Watch, WatchEvent, WatchReady
from cluster.machinery.errors import expired
from cluster.machinery.storage import KeyValue

AHEAD = 1000
"""Events carried over before the client has taken them; the rest waits in the watch cache, which drops who is too slow."""


class OutsideWatch:
    """Implements Watch. ``on_thread`` runs a call on the cluster's thread, ``on_loop`` one on the loop."""

    def __init__(
        self,
        watch: Watch,
        on_ready: WatchReady,
        *,
        on_thread: Callable[[Callable[[], None]], None],
        on_loop: Callable[[Callable[[], None]], None],
        on_stop: Callable[[OutsideWatch], None],
    ) -> None:
        self._watch, self._on_ready = watch, on_ready
        self._on_thread, self._on_loop, self._on_stop = on_thread, on_loop, on_stop
        self._buffer: deque[WatchEvent] = deque()
        self._is_behind = False

    def next(self) -> WatchEvent | None:
        """Remove and return the oldest event that was carried over (on the loop)."""
        if not self._buffer:
            return None
        event = self._buffer.popleft()
        if self._is_behind and len(self._buffer) < AHEAD // 2:
            self._is_behind = False
            self._on_thread(self.carry)
        return event

    @property
    def has_more(self) -> bool:
        """Whether ``next`` would return an event (on the loop)."""
        return bool(self._buffer)

    def stop(self) -> None:
        """Close it (on the loop)."""
        self._on_thread(self._stop)

    def carry(self) -> None:
        """Bring committed events over to the loop (on the thread)."""
        is_new = False
        while len(self._buffer) < AHEAD and (event := self._watch.next()) is not None:
            self._buffer.append(event)
            is_new = True
        self._is_behind = self._watch.has_more
        if is_new:
            self._on_loop(self._on_ready)

    def expire(self) -> None:
        """End it, because its cluster was assembled anew: the client lists again (on the thread)."""
        status = expired("the watch cache was rebuilt; list again").status
        self._buffer.append(WatchEvent("ERROR", KeyValue("", orjson.dumps(status), 0, 0, 0)))
        self._on_loop(self._on_ready)

    def _stop(self) -> None:
        self._watch.stop()
        self._on_stop(self)
