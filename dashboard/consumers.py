"""The stage's socket: follows a cluster through the hub and passes the viewer's control on to its host.

A viewer that does not read is sent nothing more until it does, and then what the hub has for one who is so far behind.

Who may connect is decided before this by ``OwnPages``: a page of this very server.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import HttpRequest, parse_cookie
from django.utils import translation

from cluster.http.back_pressure import KeepsUp, always
from cluster.machinery.meta import Obj
from cluster.runner.host import Host
from dashboard import clusters, hub
from dashboard.forms import Refusal, control_change

logger = logging.getLogger(__name__)

MAX_MESSAGE = 64 * 1024
"""Bytes. A longer message closes the socket with 1009 (message too big)."""
NO_SUCH_CLUSTER = 4404
BAD_CURSOR = 4400
TOO_BIG = 1009


def language_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the language of a connection as Django's LocaleMiddleware finds it: the page's cookie, then the browser's wish."""
    request = HttpRequest()
    request.META = {f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}": value.decode("latin-1") for name, value in headers}
    request.COOKIES = parse_cookie(request.META.get("HTTP_COOKIE", ""))
    return translation.get_language_from_request(request)


class NoSocket(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """Any other address: nobody is there."""

    async def connect(self) -> None:
        """Refuse to connect."""
        await self.close()


class StageConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """``/clusters/<name>/socket?after=<seq>``."""

    host: Host
    following: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Accept a viewer and start to follow. Refusals are sent as close codes, which a browser can read."""
        await self.accept()
        host = await clusters.find(self.scope["url_route"]["kwargs"]["name"])
        if host is None:
            await self.close(NO_SUCH_CLUSTER)
            return
        cursor = parse_qs(self.scope["query_string"].decode("ascii", "replace")).get("after", [""])[0]
        if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
            await self.close(BAD_CURSOR)
            return
        self.host = host
        self.following = asyncio.create_task(self._follow(int(cursor) if cursor else None))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take a control message."""
        data = bytes_data if text_data is None else text_data.encode()
        if data is None or len(data) > MAX_MESSAGE:
            await self.close(TOO_BIG)
            return
        if self.following is None:
            return
        try:
            with translation.override(language_of(self.scope["headers"])):
                change = control_change(data)
            await self.host.steer(pace=change.pace, rate=change.rate, paused=change.paused, steps=change.steps)
        except Refusal as refusal:
            await self._send({"type": "error", "message": str(refusal)})

    async def disconnect(self, code: int) -> None:
        """Stop following."""
        if self.following is not None:
            self.following.cancel()

    async def _follow(self, after: int | None) -> None:
        keeps_up: KeepsUp = self.scope.get("extensions", {}).get("back_pressure", always)
        try:
            async with hub.following(self.host, after) as messages:
                async for message in messages:
                    await self.send(text_data=message.text)
                    await keeps_up()
        except Exception:
            logger.exception("a viewer of cluster %s could not be served; it will come back", self.host.name)
            await self.close(1011)

    async def _send(self, message: Obj) -> None:
        await self.send(text_data=hub.encode(message))
