"""From a request that was granted to bytes that flow: answers 101 and carries until one of the sides has gone.

With ``v5`` and a tunnel the API server itself is the other side, so it accepts first and tells of what the kubelet says over the
connection; with the older protocols it passes on what the kubelet answers, and a refusal is an answer without an upgrade.
"""

from __future__ import annotations

from cluster.apiserver.request import Request, Response
from cluster.apiserver.subresources.streams import TRANSLATED, read_options
from cluster.http.answer import TEXT, Answer
from cluster.http.spdy.connection import RawPipe, SpdyConnection, Tunnel
from cluster.http.streaming.carrier import Carrier
from cluster.http.streaming.channel_forward import ChannelForward, ports_in
from cluster.http.streaming.ends import SocketEnd, SpdyEnd
from cluster.http.streaming.port_forward import TUNNEL, PortForward
from cluster.http.streaming.remote_command import carry
from cluster.http.upgrade import SPDY, Asked, RawConnection, Takeover, accepted
from cluster.http.websocket import WebSocket
from cluster.machinery.kubelet_server import Session
from cluster.runner.host import Host


class Streamer:
    """Serves one connection. ``protocol``: what was agreed on; empty when the client has named none."""

    def __init__(self, host: Host, question: Asked, protocol: str, takeover: Takeover, answer: Answer) -> None:
        self._host, self._question, self._protocol, self._takeover, self._answer = host, question, protocol, takeover, answer

    async def serve(self, request: Request, response: Response) -> None:
        """Serve until one of the sides has gone. Raises ApiError before the connection is taken over."""
        if response.session is not None:
            await self._process(request, response.session)
        elif response.forward is not None:
            await self._ports(request, response)

    async def _process(self, request: Request, session: Session) -> None:
        options = read_options(request.repeated)
        is_translated = self._protocol in TRANSLATED
        async with Carrier(self._host, session) as carrier:
            if not is_translated:
                ending = await carrier.begin()
                if ending is not None and ending.refusal:
                    await self._answer.write(500, TEXT, ending.refusal.encode())
                    return
            raw = self._accept()
            if self._question.kind == SPDY:
                streams = SpdyEnd(SpdyConnection(RawPipe(raw)), self._protocol)
                if await streams.open(options):
                    await carry(carrier, streams, options.command, is_translated=False)
            else:
                channels = SocketEnd(WebSocket(raw), self._protocol)
                await channels.open(options)
                await carry(carrier, channels, options.command, is_translated=is_translated)
            raw.close()

    async def _ports(self, request: Request, response: Response) -> None:
        forward = response.forward
        if forward is None:
            return
        if self._question.kind == SPDY:
            await PortForward(self._host, forward, SpdyConnection(RawPipe(self._accept()))).run()
        elif self._protocol == TUNNEL:
            await PortForward(self._host, forward, SpdyConnection(Tunnel(WebSocket(self._accept())))).run()
        else:
            ports = ports_in(request.repeated.get("ports", ()))
            await ChannelForward(self._host, forward, WebSocket(self._accept()), self._protocol).run(ports)

    def _accept(self) -> RawConnection:
        self._answer.code = 101
        return self._takeover([(b"audit-id", self._answer.audit_id.encode("latin-1")), *accepted(self._question, self._protocol)])
