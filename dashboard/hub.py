"""The hub: one reader per cluster and process turns committed hops into frames, encoded once for all viewers.

Every follower keeps a cursor, the hub a ring of recent frames. Nobody waits for a slow follower: whoever has fallen
off the ring by too far gets the whole state anew. A doorbell of the host wakes the reader, and so does a tick once a
second, so that a lost doorbell costs a moment and never a hop.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import orjson

from cluster.machinery.meta import Obj
from cluster.machinery.storage import Compacted
from cluster.runner.host import Control, Host
from cluster.runner.waiting import until_set
from dashboard import frames, log

logger = logging.getLogger(__name__)

FRAME_INTERVAL = 1 / 20
"""Seconds between two frames at least: no more than 20 a second."""
MAX_HOPS_PER_FRAME = 500
RING_FRAMES = 256
MAX_CATCH_UP = 2000
"""Hops: a follower that is further behind gets the state instead."""
KEPT = 10.0
"""Seconds that the state of a page is kept for its socket."""
TICK = 1.0
"""Seconds between looks at the log when no doorbell rings."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One message, ready for every socket. ``first`` and ``last``: the hops it carries."""

    first: int
    last: int
    control: Control
    text: str


def encode(document: Obj) -> str:
    """Write a message out as JSON text."""
    return orjson.dumps(document).decode()


class Hub:
    """The frames of one cluster in this process. Belongs to the server's loop."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._ring: deque[Encoded] = deque(maxlen=RING_FRAMES)
        self._cursor = 0
        self._control = host.control
        self._doorbell = asyncio.Event()
        self._news = asyncio.Event()
        self._state_lock = asyncio.Lock()
        self._state: Encoded | None = None
        self._followers = 0
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None

    @property
    def cursor(self) -> int:
        """The last hop that has been turned into a frame."""
        return self._cursor

    @property
    def followers(self) -> int:
        """How many viewers follow now."""
        return self._followers

    @asynccontextmanager
    async def following(self, after: int | None) -> AsyncIterator[AsyncIterator[Encoded]]:
        """Follow the cluster from hop ``after`` on (None: from its present state); yields the messages in order.

        The reader runs as long as somebody follows.
        """
        self._followers += 1
        if self._task is None:
            self._start()
        messages = self._messages(after)
        try:
            yield messages
        finally:
            await messages.aclose()
            self._followers -= 1
            if self._followers == 0:
                await self._stop()

    async def opening(self) -> str:
        """Return the ``state`` message with which a follower begins now; nobody has to follow."""
        if self._task is None:
            self._cursor, self._control = self._host.position.seq, self._host.control
        return (await self._whole_state()).text

    def _start(self) -> None:
        """Begin to read: at the state that a page has asked for, where what came since is quickly read, or else at the present."""
        seq, known = self._host.position.seq, self._state
        self._cursor = known.last if known is not None and 0 <= seq - known.last <= MAX_CATCH_UP else seq
        self._control = self._host.control
        self._ring.clear()
        self._unsubscribe = self._host.subscribe(self._doorbell.set)
        self._task = asyncio.create_task(self._run(), name=f"hub of {self._host.name}")

    async def _stop(self) -> None:
        self._unsubscribe()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        while True:
            self._doorbell.clear()
            try:
                has_moved = await self._read()
            except Exception:
                logger.exception("the hub of cluster %s could not read; it tries again", self._host.name)
                has_moved = False
            if has_moved:
                await asyncio.sleep(FRAME_INTERVAL)
                continue
            await until_set(self._doorbell, TICK)

    async def _read(self) -> bool:
        """Turn the next hops into one frame; return whether there were any."""
        hops = await self._host.hops(after=self._cursor, limit=MAX_HOPS_PER_FRAME)
        control = self._host.control
        has_changed = control != self._control
        self._control = control
        if hops:
            try:
                text = encode(await log.frame_of(self._host, hops))
            except Compacted:
                self._ring.clear()  # what the hops wrote is no longer kept: everybody gets the state
            else:
                self._ring.append(Encoded(hops[0].seq, hops[-1].seq, control, text))
            self._cursor = hops[-1].seq
        if hops or has_changed:
            news, self._news = self._news, asyncio.Event()
            news.set()
        return bool(hops)

    async def _messages(self, after: int | None) -> AsyncGenerator[Encoded, None]:
        cursor = after
        control: Control | None = None
        if cursor is not None and cursor > self._cursor and await log.hop_at(self._host, cursor) is None:
            cursor = None  # a cursor of another life of this cluster
        while True:
            news = self._news
            message = await self._next(cursor)
            if message is not None:
                cursor, control = message.last, message.control
                yield message
            elif control != self._control:
                control = self._control
                text = encode({"type": "control", "control": frames.control_document(control)})
                yield Encoded(0, 0, control, text)
            else:
                await news.wait()

    async def _next(self, cursor: int | None) -> Encoded | None:
        """Return what a follower at ``cursor`` gets next, None when it has everything."""
        if cursor is None:
            return await self._whole_state()
        if cursor >= self._cursor:
            return None
        if self._ring and self._ring[-1].first == cursor + 1:
            return self._ring[-1]
        upper = self._cursor
        for encoded in self._ring:
            if encoded.first == cursor + 1:
                return encoded
            if encoded.first > cursor + 1:
                upper = encoded.first - 1
                break
            if encoded.last > cursor:
                upper = encoded.last
                break
        if self._cursor - cursor > MAX_CATCH_UP:
            return await self._whole_state()
        hops = await self._host.hops(after=cursor, limit=min(upper - cursor, MAX_HOPS_PER_FRAME))
        if not hops or hops[0].seq != cursor + 1:
            return await self._whole_state()
        try:
            text = encode(await log.frame_of(self._host, hops))
        except Compacted:
            return await self._whole_state()
        return Encoded(hops[0].seq, hops[-1].seq, self._control, text)

    async def _whole_state(self) -> Encoded:
        """The state at the hub's cursor; many who join at once share one."""
        async with self._state_lock:
            if self._state is None or self._state.last != self._cursor:
                seq, control = self._cursor, self._control
                self._state = Encoded(seq, seq, control, encode(await log.state_at(self._host, seq)))
            return self._state


_HUBS: dict[int, Hub] = {}


@asynccontextmanager
async def following(host: Host, after: int | None) -> AsyncIterator[AsyncIterator[Encoded]]:
    """Follow a cluster through the process's hub of it, which lives as long as somebody follows."""
    hub = _HUBS.setdefault(id(host), Hub(host))
    try:
        async with hub.following(after) as messages:
            yield messages
    finally:
        if hub.followers == 0:
            _HUBS.pop(id(host), None)


async def opening(host: Host) -> str:
    """Return the ``state`` message with which a follower begins now, the same text for all who come while somebody follows.

    It is kept until the page's socket has come: that of a large cluster is sent by the socket alone.
    """
    hub = _HUBS.setdefault(id(host), Hub(host))

    def forget() -> None:
        if hub.followers == 0 and _HUBS.get(id(host)) is hub:
            _HUBS.pop(id(host))

    asyncio.get_running_loop().call_later(KEPT, forget)
    return await hub.opening()
