"""The streams of one SPDY connection, as the server sees them: the client opens all of them.

Bytes come from a connection that was taken over, or from the messages of a WebSocket (a tunnel). Pings are answered here.
"""

from __future__ import annotations

from collections import deque
from typing import Protocol

from cluster.http.spdy.frames import BadFrame, Data, Frame, FrameReader, FrameWriter, GoAway, Opened, Ping, Replied, Reset
from cluster.http.spdy.headers import BadHeaders
from cluster.http.upgrade import RawConnection
from cluster.http.websocket import WebSocket


class Pipe(Protocol):
    """What carries the bytes."""

    async def read(self) -> bytes:
        """Return what has arrived; empty when the client has gone."""
        ...

    async def write(self, content: bytes) -> None:
        """Send."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...


class RawPipe:
    """Bytes over a connection that was taken over."""

    def __init__(self, raw: RawConnection) -> None:
        self.read, self.write, self._raw = raw.read, raw.write, raw

    async def close(self) -> None:
        """Hang up."""
        self._raw.close()


class Tunnel:
    """Bytes in the messages of a WebSocket."""

    def __init__(self, socket: WebSocket) -> None:
        self.write, self.close, self._socket = socket.send, socket.close, socket

    async def read(self) -> bytes:
        """Return the next message that is not empty."""
        while True:
            message = await self._socket.receive()
            if message != b"":
                return message or b""


class SpdyConnection:
    """Reads and writes frames."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._reader, self._writer = FrameReader(), FrameWriter()
        self._frames: deque[Frame] = deque()

    async def receive(self) -> Opened | Data | Reset | None:
        """Return the next thing that happens to a stream; None when the client has gone, or speaks no SPDY."""
        while True:
            while self._frames:
                frame = self._frames.popleft()
                if isinstance(frame, Ping):
                    await self.send(frame)
                elif isinstance(frame, GoAway):
                    return None
                elif not isinstance(frame, Replied):
                    return frame
            content = await self._pipe.read()
            if not content:
                return None
            try:
                self._frames.extend(self._reader.frames(content))
            except (BadFrame, BadHeaders):
                return None

    async def send(self, *frames: Frame) -> None:
        """Send frames, in one piece."""
        await self._pipe.write(b"".join(self._writer.bytes_of(frame) for frame in frames))

    async def close(self) -> None:
        """Hang up."""
        await self._pipe.close()
