"""``portforward`` over a WebSocket's channels, as clients without SPDY speak it: two channels for each port of ``?ports=``.

Channel ``2 i`` carries the bytes of the i-th port and ``2 i + 1`` what goes wrong with it; the first message of each, of two bytes, is the
port's number, the lower byte first. Each port is one connection.

Upstream: ``staging/src/k8s.io/kubelet/pkg/cri/streaming/portforward/websocket.go``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from cluster.http.streaming import channels
from cluster.http.streaming.carrier import Carrier
from cluster.http.streaming.port_forward import MOST, is_port, receive_all, send_on
from cluster.http.websocket import WebSocket
from cluster.machinery.errors import bad_request
from cluster.machinery.kubelet_server import Input, Session
from cluster.runner.host import Host

PROTOCOLS = (channels.V4, channels.V4_BASE64, "")
_ROOM = 16


def ports_in(values: Sequence[str]) -> list[int]:
    """Return the ports of a query. Raises ApiError 400."""
    texts = [text for value in values for text in value.split(",")]
    if not texts:
        raise bad_request('query parameter "port" is required')
    for text in texts:
        if not is_port(text):
            raise bad_request(f'unable to parse "{text}" as a port: it must be a number from 1 to 65535')
    if len(texts) > MOST:
        raise bad_request(f"at most {MOST} ports may be forwarded over one connection")
    return [int(text) for text in texts]


class ChannelForward:
    """Serves one WebSocket. ``forward``: opens a session with a port, on the cluster's thread."""

    def __init__(self, host: Host, forward: Callable[[int], Session], socket: WebSocket, protocol: str) -> None:
        self._host, self._forward, self._socket, self._protocol = host, forward, socket, protocol

    async def run(self, ports: Sequence[int]) -> None:
        """Serve until the client has gone."""
        for index, port in enumerate(ports):
            for channel in (2 * index, 2 * index + 1):
                await self._send(channel, port.to_bytes(2, "little"))
        queues: list[asyncio.Queue[Input]] = [asyncio.Queue(_ROOM) for _ in ports]
        tasks = [asyncio.create_task(self._serve(index, port, queues[index])) for index, port in enumerate(ports)]
        try:
            while (message := await self._socket.receive()) is not None:
                channel, content = channels.split(message, self._protocol) or (-1, b"")
                if content and channel % 2 == 0 and 0 <= channel // 2 < len(ports) and not tasks[channel // 2].done():
                    await queues[channel // 2].put(Input(content))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._socket.close()

    async def _serve(self, index: int, port: int, pieces: asyncio.Queue[Input]) -> None:
        session = await self._host.read(lambda _: self._forward(port))
        async with Carrier(self._host, session) as carrier:
            inward = asyncio.ensure_future(send_on(carrier, pieces))
            try:
                ending = await receive_all(carrier, lambda content: self._send(2 * index, content))
                error = ending.error or ending.refusal or ending.lost
            finally:
                inward.cancel()
        if error:
            await self._send(2 * index + 1, error.encode())

    async def _send(self, channel: int, content: bytes) -> None:
        await self._socket.send(channels.message(channel, content, self._protocol), is_text=self._protocol in channels.BASE64)
