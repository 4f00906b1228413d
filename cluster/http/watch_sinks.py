"""Where the events of a watch go: a stream over HTTP, or the messages of a WebSocket, one for each event.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/watch.go`` (``HandleHTTP``, ``HandleWS``).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from cluster.http.answer import Answer
from cluster.http.upgrade import RawConnection
from cluster.http.websocket import WebSocket


class Sink(Protocol):
    """Takes events, each as a line."""

    async def begin(self) -> None:
        """Say that the watch is open."""
        ...

    async def send(self, lines: Sequence[bytes]) -> None:
        """Send events."""
        ...

    async def gone(self) -> None:
        """Return when the client has gone."""
        ...

    async def end(self) -> None:
        """Say that there will be no more."""
        ...


class StreamSink:
    """Over HTTP. ``gone``: returns when the client has gone."""

    def __init__(self, answer: Answer, media_type: str, warnings: Sequence[str], gone: Callable[[], Awaitable[None]]) -> None:
        self._answer, self._media_type, self._warnings, self._gone = answer, media_type, warnings, gone

    async def begin(self) -> None:
        """Send the head of the answer."""
        await self._answer.begin(self._media_type, self._warnings)

    async def send(self, lines: Sequence[bytes]) -> None:
        """Send events in one piece."""
        await self._answer.chunk(b"".join(lines))

    async def gone(self) -> None:
        """Return when the client has gone."""
        await self._gone()

    async def end(self) -> None:
        """End the answer."""
        await self._answer.end()


class SocketSink:
    """Over a WebSocket. ``accept``: answers 101."""

    def __init__(self, accept: Callable[[], RawConnection]) -> None:
        self._socket = WebSocket(accept())

    async def begin(self) -> None:
        """The 101 has said it."""

    async def send(self, lines: Sequence[bytes]) -> None:
        """Send a message for each event."""
        for line in lines:
            await self._socket.send(line.rstrip(b"\n"), is_text=True)

    async def gone(self) -> None:
        """Read on until the client has gone; what it says means nothing."""
        while await self._socket.receive() is not None:
            pass

    async def end(self) -> None:
        """Say goodbye."""
        await self._socket.close()
