"""``portforward``: connections to the ports of a pod, over SPDY (a tunnel included) as many as the client opens.

Each connection is two streams with one ``requestid``: the bytes, and what went wrong.
Upstream: ``staging/src/k8s.io/kubelet/pkg/cri/streaming/portforward/httpstream.go``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from cluster.http.spdy.connection import SpdyConnection
from cluster.http.spdy.frames import PROTOCOL_ERROR, Data, Opened, Replied, Reset
from cluster.http.streaming.carrier import Carrier
from cluster.machinery.kubelet_server import Ending, Input, Output, Session
from cluster.runner.host import Host

PROTOCOL = "portforward.k8s.io"
TUNNEL = "SPDY/3.1+portforward.k8s.io"
MOST = 100
"""Connections at a time."""
_ROOM = 16
"""Pieces of a connection that wait to be sent on; the client's other connections wait with it from then on."""


@dataclass(slots=True)
class _Pair:
    port: int
    error: int = 0
    data: int = 0
    inward: asyncio.Queue[Input] | None = None


class PortForward:
    """Serves one SPDY connection, which breaks when the way to the pod does. ``forward``: opens a session with a port, on the cluster's
    thread."""

    def __init__(self, host: Host, forward: Callable[[int], Session], connection: SpdyConnection) -> None:
        self._host, self._forward, self._connection = host, forward, connection
        self._pairs: dict[str, _Pair] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve until the client has gone."""
        try:
            while (event := await self._connection.receive()) is not None:
                if isinstance(event, Opened):
                    await self._opened(event)
                elif isinstance(event, Data):
                    await self._arrived(event)
                else:
                    await self._reset(event)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._connection.close()

    async def _opened(self, event: Opened) -> None:
        request, kind = event.headers.get("requestid", str(event.stream - event.stream % 4)), event.headers.get("streamtype", "")
        port = event.headers.get("port", "")
        is_known = request in self._pairs
        if kind not in ("error", "data") or not is_port(port) or (not is_known and len(self._pairs) >= MOST):
            await self._connection.send(Reset(event.stream, PROTOCOL_ERROR))
            return
        pair = self._pairs.setdefault(request, _Pair(int(port)))
        await self._connection.send(Replied(event.stream, {}))
        if kind == "error":
            pair.error = event.stream
        else:
            pair.data = event.stream
        if pair.error and pair.data and pair.inward is None:
            pair.inward = asyncio.Queue(_ROOM)
            task = asyncio.create_task(self._serve(request, pair, pair.inward))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _arrived(self, event: Data) -> None:
        pair = next((pair for pair in self._pairs.values() if pair.data == event.stream), None)
        if pair is not None and pair.inward is not None:
            await pair.inward.put(Input(event.content, is_end=event.is_last))

    async def _reset(self, event: Reset) -> None:
        pair = next((pair for pair in self._pairs.values() if event.stream in (pair.data, pair.error)), None)
        if pair is not None and pair.inward is not None:
            await pair.inward.put(Input(is_end=True))

    async def _serve(self, request: str, pair: _Pair, pieces: asyncio.Queue[Input]) -> None:
        """Carry one connection to its end."""
        error, is_lost = "", False
        try:
            session = await self._host.read(lambda _: self._forward(pair.port))
            async with Carrier(self._host, session) as carrier:
                inward = asyncio.ensure_future(send_on(carrier, pieces))
                try:
                    ending = await receive_all(carrier, lambda content: self._connection.send(Data(pair.data, content)))
                    error, is_lost = ending.error or ending.refusal, bool(ending.lost)
                finally:
                    inward.cancel()
        finally:
            del self._pairs[request]
            while not pieces.empty():  # who still wants to put something in may go on
                pieces.get_nowait()
        if is_lost:
            await self._connection.close()
        else:
            await self._connection.send(Data(pair.data, b"", is_last=True), Data(pair.error, error.encode(), is_last=True))


async def send_on(carrier: Carrier, pieces: asyncio.Queue[Input]) -> None:
    """Send what the client has sent, until it is cancelled."""
    while True:
        await carrier.send(await pieces.get())


async def receive_all(carrier: Carrier, send: Callable[[bytes], Awaitable[None]]) -> Ending:
    """Send what comes out until it ends; return how it did."""
    while True:
        outputs, ending = await carrier.receive()
        for output in outputs:
            if isinstance(output, Output):
                await send(output.stdout)
        if ending is not None:
            return ending


def is_port(text: str) -> bool:
    """Whether a text is the number of a port."""
    return text.isascii() and text.isdigit() and 0 < int(text) < 65536
