"""The client's end of a process's streams: over a WebSocket's channels, or over the streams of SPDY.

Upstream: ``staging/src/k8s.io/kubelet/pkg/cri/streaming/remotecommand/{httpstream,websocket}.go``.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

import orjson

from cluster.http.spdy.connection import SpdyConnection
from cluster.http.spdy.frames import Data, Frame, Opened, Replied
from cluster.http.streaming import channels
from cluster.http.websocket import WebSocket
from cluster.machinery.kubelet_server import Input, Output, StreamOptions
from cluster.machinery.meta import Obj

SPDY_PROTOCOLS = ("v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io")
STREAMS_WITHIN = 30.0
"""Seconds that a client may take to open its streams."""


class ClientEnd(Protocol):
    """Where bytes go to and come from."""

    async def receive(self) -> Input | None:
        """Return what the client sends; None when it has gone."""
        ...

    async def send(self, output: Output) -> None:
        """Send what a process has written."""
        ...

    async def finish(self, status: Obj) -> None:
        """Say how it ended, and hang up."""
        ...

    async def break_off(self) -> None:
        """Hang up without a word."""
        ...


class SocketEnd:
    """Over a WebSocket."""

    def __init__(self, socket: WebSocket, protocol: str) -> None:
        self._socket, self._protocol = socket, protocol
        self._is_text = protocol in channels.BASE64

    async def open(self, options: StreamOptions) -> None:
        """Let the client see that it is connected: upstream sends an empty message on the first channel."""
        await self._send(channels.STDOUT if options.stdout else channels.STDERR if options.stderr else channels.ERROR, b"")

    async def receive(self) -> Input | None:
        """Return what the client sends."""
        while (message := await self._socket.receive()) is not None:
            piece = channels.input_in(message, self._protocol)
            if piece is not None:
                return piece
        return None

    async def send(self, output: Output) -> None:
        """Send what a process has written."""
        for channel, content in ((channels.STDOUT, output.stdout), (channels.STDERR, output.stderr)):
            if content:
                await self._send(channel, content)

    async def finish(self, status: Obj) -> None:
        """Say how it ended."""
        content = channels.final_message(status, self._protocol)
        if content:
            await self._send(channels.ERROR, content)
        await self._socket.close()

    async def break_off(self) -> None:
        """Hang up without a word: clients take it for an error (1006)."""
        self._socket.drop()

    async def _send(self, channel: int, content: bytes) -> None:
        await self._socket.send(channels.message(channel, content, self._protocol), is_text=self._is_text)


class SpdyEnd:
    """Over SPDY. ``protocol``: the oldest one has no Status at the end, only the message of a failure."""

    def __init__(self, connection: SpdyConnection, protocol: str) -> None:
        self._connection, self._protocol = connection, protocol
        self._streams: dict[str, int] = {}
        self._types: dict[int, str] = {}

    async def open(self, options: StreamOptions) -> bool:
        """Wait for the streams that were announced; whether they have come."""
        flags = {"stdin": options.stdin, "stdout": options.stdout, "stderr": options.stderr}
        expected = {"error"} | {name for name, is_wanted in flags.items() if is_wanted}
        if options.tty and self._protocol in SPDY_PROTOCOLS[:2]:
            expected.add("resize")
        try:
            async with asyncio.timeout(STREAMS_WITHIN):
                while not expected <= self._streams.keys():
                    event = await self._connection.receive()
                    if event is None:
                        return False
                    if isinstance(event, Opened):
                        await self._opened(event)
        except TimeoutError:
            return False
        return True

    async def receive(self) -> Input | None:
        """Return what the client sends."""
        while (event := await self._connection.receive()) is not None:
            if isinstance(event, Opened):
                await self._opened(event)
            elif isinstance(event, Data):
                stream = self._types.get(event.stream, "")
                if stream == "stdin" and (event.content or event.is_last):
                    return Input(event.content, is_end=event.is_last)
                if stream == "resize" and (piece := channels.resize_in(event.content)) is not None:
                    return piece
        return None

    async def send(self, output: Output) -> None:
        """Send what a process has written."""
        for stream, content in (("stdout", output.stdout), ("stderr", output.stderr)):
            if content and stream in self._streams:
                await self._connection.send(Data(self._streams[stream], content))

    async def finish(self, status: Obj) -> None:
        """Say how it ended."""
        is_old = self._protocol not in SPDY_PROTOCOLS[:1]
        said = orjson.dumps(status)
        if is_old:
            said = str(status.get("message", "")).encode() if status["status"] != "Success" else b""
        frames: list[Frame] = [
            Data(number, said if name == "error" else b"", is_last=True) for name, number in self._streams.items() if name != "stdin"
        ]
        await self._connection.send(*frames)
        await self._connection.close()

    async def break_off(self) -> None:
        """Hang up without a word: clients take it for success."""
        await self._connection.close()

    async def _opened(self, event: Opened) -> None:
        name = event.headers.get("streamtype", "")
        self._streams[name], self._types[event.stream] = event.stream, name
        await self._connection.send(Replied(event.stream, {}))
