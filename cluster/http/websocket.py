"""A WebSocket over a connection that has been taken over: whole messages in, whole messages out.

Frames are read and written by ``wsproto``. A message over ``LONGEST`` closes the socket with 1009; pings are answered.
Upstream: ``github.com/gorilla/websocket``, ``golang.org/x/net/websocket``; RFC 6455.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress

from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Message, Ping, TextMessage
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from cluster.http.upgrade import RawConnection

LONGEST = 64 * 1024 + 256
"""Bytes of a message: 64 kB and what frames them."""


class WebSocket:
    """The server's end."""

    def __init__(self, raw: RawConnection) -> None:
        self._raw = raw
        self._frames = Connection(ConnectionType.SERVER)
        self._messages: deque[bytes] = deque()
        self._parts = bytearray()
        self._is_closed = False

    async def receive(self) -> bytes | None:
        """Return the next message, text as UTF-8; None when the client has gone or was sent away."""
        while not self._messages and not self._is_closed:
            content = await self._raw.read()
            if not content:
                self._is_closed = True
                break
            try:
                self._frames.receive_data(content)
                await self._take()
            except RemoteProtocolError as error:
                await self.close(error.event_hint.code if isinstance(error.event_hint, CloseConnection) else CloseReason.PROTOCOL_ERROR)
        return self._messages.popleft() if self._messages else None

    async def send(self, message: bytes, *, is_text: bool = False) -> None:
        """Send a message; harmless when the socket is closed."""
        if not self._is_closed:
            event = TextMessage(data=message.decode()) if is_text else BytesMessage(data=message)
            await self._raw.write(self._frames.send(event))

    async def close(self, code: int = CloseReason.NORMAL_CLOSURE) -> None:
        """Say goodbye and hang up. Harmless when done before."""
        if not self._is_closed:
            self._is_closed = True
            with suppress(LocalProtocolError):  # the client has said it first, and has been answered
                await self._raw.write(self._frames.send(CloseConnection(code=code)))
        self._raw.close()

    def drop(self) -> None:
        """Hang up without a goodbye."""
        self._is_closed = True
        self._raw.close()

    async def _take(self) -> None:
        for event in self._frames.events():
            if isinstance(event, Message):
                self._parts += event.data.encode() if isinstance(event, TextMessage) else event.data
                if len(self._parts) > LONGEST:
                    await self.close(CloseReason.MESSAGE_TOO_BIG)
                    return
                if event.message_finished:
                    self._messages.append(bytes(self._parts))
                    self._parts.clear()
            elif isinstance(event, Ping):
                await self._raw.write(self._frames.send(event.response()))
            elif isinstance(event, CloseConnection):
                await self._raw.write(self._frames.send(event.response()))
                self._is_closed = True
