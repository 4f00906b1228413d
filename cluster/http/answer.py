"""Writing an answer out: headers that every answer carries, gzip, HEAD, streams.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/writers.go`` (``deferredResponseWriter``),
``.../pkg/server/filters/cache_control``, ``.../pkg/endpoints/filters/request_auditid.go``.
"""

from __future__ import annotations

import asyncio
import uuid
import zlib
from collections.abc import Awaitable, Callable, Sequence

from cluster.http.back_pressure import KeepsUp, always

Send = Callable[[dict[str, object]], Awaitable[None]]
Header = tuple[bytes, bytes]

GZIP_FROM = 128 * 1024
"""Bytes beyond which an answer is compressed for who accepts it."""
_GZIP_LEVEL, _GZIP_WINDOW = 1, 31
TEXT = "text/plain; charset=utf-8"
_LONGEST_AUDIT_ID = 64


class Answer:
    """The answer to one request. ``headers``: the request's, by name in lower case; ``keeps_up``: returns when the client takes more."""

    def __init__(self, send: Send, method: str, headers: dict[bytes, bytes], keeps_up: KeepsUp = always) -> None:
        self._send, self._is_head, self._keeps_up = send, method == "HEAD", keeps_up
        self._accepts_gzip = any(part.strip() == b"gzip" for part in headers.get(b"accept-encoding", b"").split(b","))
        given = headers.get(b"audit-id", b"")
        self._audit_id = given[:_LONGEST_AUDIT_ID] or str(uuid.uuid4()).encode()
        self.code = 0

    @property
    def audit_id(self) -> str:
        """What the request is called in the audit log."""
        return self._audit_id.decode("latin-1")

    @property
    def has_begun(self) -> bool:
        """Whether its code has been sent."""
        return bool(self.code)

    async def write(
        self,
        code: int,
        content_type: str,
        content: bytes,
        *,
        warnings: Sequence[str] = (),
        headers: Sequence[Header] = (),
    ) -> None:
        """Send a whole answer."""
        more = list(headers)
        if len(content) > GZIP_FROM and self._accepts_gzip:
            content = await asyncio.to_thread(zlib.compress, content, _GZIP_LEVEL, _GZIP_WINDOW)
            more += [(b"content-encoding", b"gzip"), (b"vary", b"Accept-Encoding")]
        more.append((b"content-length", str(len(content)).encode()))
        more += [(b"warning", f"299 - {_quoted(text)}".encode()) for text in warnings]
        if content_type == TEXT:
            more.append((b"x-content-type-options", b"nosniff"))
        await self._start(code, content_type, more)
        await self._send({"type": "http.response.body", "body": b"" if self._is_head else content, "more_body": False})

    async def begin(self, content_type: str, warnings: Sequence[str] = ()) -> None:
        """Send the head of a stream."""
        await self._start(200, content_type, [(b"warning", f"299 - {_quoted(text)}".encode()) for text in warnings])
        await self.chunk(b"")  # the headers leave with the first body

    async def chunk(self, content: bytes) -> None:
        """Send a piece of a stream, and wait while the client reads more slowly than that."""
        await self._send({"type": "http.response.body", "body": content, "more_body": True})
        await self._keeps_up()

    async def end(self) -> None:
        """End a stream."""
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _start(self, code: int, content_type: str, more: Sequence[Header]) -> None:
        headers = [
            (b"audit-id", self._audit_id),
            (b"cache-control", b"no-cache, private"),
            (b"content-type", content_type.encode()),
            *more,
        ]
        self.code = code
        await self._send({"type": "http.response.start", "status": code, "headers": headers})


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
