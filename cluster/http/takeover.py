"""Taking a request's connection over: from then on its bytes go to and come from the application, as they are.

ASGI knows no such thing but WebSockets, and Daphne's can refuse with 403 only and speak no SPDY. So the server puts the way to the
connection into the scope (``extensions["takeover"]``), for the paths of the Kubernetes API. Upstream: ``http.Hijacker``.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol as TypingProtocol

from daphne.http_protocol import WebRequest
from twisted.internet.interfaces import IPushProducer
from twisted.internet.protocol import Protocol, connectionDone
from twisted.protocols.policies import ProtocolWrapper, TimeoutMixin
from twisted.python.failure import Failure
from zope.interface import implementer  # type: ignore[import-untyped]

from cluster.http.upgrade import RawConnection

IDLE = 4 * 3600
"""Seconds without a byte in either direction after which a connection is closed (``--streaming-connection-idle-timeout``)."""
_MUCH = 256 * 1024
"""Bytes that wait to be read, from which on nothing more is taken from the client."""


class Transport(TypingProtocol):
    """What of a Twisted transport is used here, over TCP and over TLS."""

    def write(self, data: bytes) -> None: ...
    def loseConnection(self) -> None: ...  # noqa: N802 - Twisted's name
    def pauseProducing(self) -> None: ...  # noqa: N802
    def resumeProducing(self) -> None: ...  # noqa: N802
    def registerProducer(self, producer: object, streaming: bool) -> None: ...  # noqa: N802
    def unregisterProducer(self) -> None: ...  # noqa: N802


@implementer(IPushProducer)
class TakenConnection(Protocol, TimeoutMixin):
    """Implements ``RawConnection``. ``on_lost`` is called once, when the connection has ended."""

    transport: Transport  # type: ignore[assignment]  # declared narrower than any real one

    def __init__(self, on_lost: Callable[[], None]) -> None:
        self._on_lost = on_lost
        self._arrived: deque[bytes] = deque()
        self._waiting = 0
        self._news, self._may_write = asyncio.Event(), asyncio.Event()
        self._may_write.set()
        self._is_lost = False

    async def read(self) -> bytes:
        """Return what has arrived; empty when the client has gone."""
        while not self._arrived and not self._is_lost:
            self._news.clear()
            await self._news.wait()
        content = b"".join(self._arrived)
        self._arrived.clear()
        if self._waiting >= _MUCH and not self._is_lost:
            self.transport.resumeProducing()
        self._waiting = 0
        return content

    async def write(self, content: bytes) -> None:
        """Send, and wait while the client reads more slowly than that."""
        if not self._is_lost:
            self.resetTimeout()  # type: ignore[no-untyped-call]
            self.transport.write(content)
        await self._may_write.wait()

    def close(self) -> None:
        """Send what is left and hang up. As long as a producer is registered TLS waits for what it may still send."""
        if not self._is_lost:
            self.transport.unregisterProducer()
            self._may_write.set()
            self.transport.loseConnection()

    # What follows is called by Twisted.

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
        """Ask to be told when the client does not keep up."""
        self.transport.registerProducer(self, True)
        self.setTimeout(IDLE)  # type: ignore[no-untyped-call]

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Keep what has arrived until it is read."""
        self.resetTimeout()  # type: ignore[no-untyped-call]
        self._arrived.append(data)
        self._waiting += len(data)
        if self._waiting >= _MUCH:
            self.transport.pauseProducing()
        self._news.set()

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802 - Twisted's name
        """Wake who waits."""
        self.setTimeout(None)  # type: ignore[no-untyped-call]
        self._is_lost = True
        self._news.set()
        self._may_write.set()
        self._on_lost()

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's name
        """Let writers wait."""
        self._may_write.clear()

    def resumeProducing(self) -> None:  # noqa: N802 - Twisted's name
        """Let writers go on."""
        self._may_write.set()

    def stopProducing(self) -> None:  # noqa: N802 - Twisted's name
        """Nobody will read any more."""
        self._may_write.set()


def take_over(request: WebRequest, headers: Sequence[tuple[bytes, bytes]]) -> RawConnection:
    """Answer a request with 101 and take its connection. The request counts as connected until that has ended."""
    channel, transport = request.channel, request.channel.transport
    server = request.server
    taken = TakenConnection(lambda: server.protocol_disconnected(request))
    transport.unregisterProducer()
    lines = [b"HTTP/1.1 101 Switching Protocols", *(name + b": " + value for name, value in headers), b"", b""]
    transport.write(b"\r\n".join(lines))
    if isinstance(transport, ProtocolWrapper):  # TLS
        transport.wrappedProtocol = taken  # type: ignore[assignment]
    else:
        transport.protocol = taken
    taken.makeConnection(transport)  # type: ignore[no-untyped-call]
    channel.setTimeout(None)
    transport.resumeProducing()
    return taken
