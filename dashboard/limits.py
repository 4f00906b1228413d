"""How much a request may bring: an ASGI application that answers 413 before Django has read too large a body.

Django itself writes a body of any size to a temporary file before it looks at it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import orjson

from cluster.machinery.meta import Obj

Receive = Callable[[], Awaitable[Obj]]
Send = Callable[[Obj], Awaitable[None]]
Application = Callable[..., Awaitable[None]]


class _TooLargeError(Exception):
    """The body has passed the limit."""


class BodyLimit:
    """Wraps an ASGI application. ``limit``: bytes of a request's body."""

    def __init__(self, application: Application, limit: int) -> None:
        self._application, self._limit = application, limit

    async def __call__(self, scope: Obj, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        if _announced(scope) > self._limit:
            await self._refuse(send)
            return
        seen = 0

        async def counted() -> Obj:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._limit:
                raise _TooLargeError
            return message

        try:
            await self._application(scope, counted, send)
        except _TooLargeError:
            await self._refuse(send)

    async def _refuse(self, send: Send) -> None:
        body = orjson.dumps(
            {"message": f"The request is larger than {self._limit} bytes.", "try": "Send the documents in several smaller parts."}
        )
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _announced(scope: Obj) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
