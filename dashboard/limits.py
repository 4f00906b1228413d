"""How much a request may bring, and how many may come: ASGI applications that answer 413 and 429 before Django is asked.

Django itself writes a body of any size to a temporary file before it looks at it.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping

import orjson

from cluster.machinery.meta import Obj

Receive = Callable[[], Awaitable[Obj]]
Send = Callable[[Obj], Awaitable[None]]
Application = Callable[..., Awaitable[None]]
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
TOO_LARGE = b"/?fault=large"
"""The list of clusters, with what to do about a file that is too large."""
MAX_ADDRESSES = 10_000
"""Addresses remembered; the one not heard of for longest is forgotten first."""


class _TooLargeError(Exception):
    """The body has passed the limit."""


class BodyLimit:
    """Wraps an ASGI application. ``limit``: bytes of a request's body; ``others``: of those to a path that may bring more.

    Forms of a page send files to those paths; where such a file is too large the browser is led to ``TOO_LARGE``, which says so.
    """

    def __init__(self, application: Application, limit: int, others: Mapping[str, int] | None = None) -> None:
        self._application, self._limit, self._others = application, limit, others or {}

    async def __call__(self, scope: Obj, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        limit = self._others.get(scope.get("path", ""), self._limit)
        if _announced(scope) > limit:
            await self._refuse(scope, send, limit)
            return
        seen = 0

        async def counted() -> Obj:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise _TooLargeError
            return message

        try:
            await self._application(scope, counted, send)
        except _TooLargeError:
            await self._refuse(scope, send, limit)

    async def _refuse(self, scope: Obj, send: Send, limit: int) -> None:
        if scope.get("path", "") in self._others and b"text/html" in _header(scope, b"accept"):
            await send({"type": "http.response.start", "status": 303, "headers": [(b"location", TOO_LARGE), (b"connection", b"close")]})
            await send({"type": "http.response.body", "body": b""})
            return
        await _answer(send, 413, f"The request is larger than {limit} bytes.", "Send the documents in several smaller parts.")


class FloodLimit:
    """Wraps an ASGI application. Each address may send ``burst`` writes at once and ``rate`` a second from then on.

    The numbers leave room for a class behind one address. ``clock``: seconds, only forward.
    """

    def __init__(
        self, application: Application, *, rate: float = 50.0, burst: int = 500, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._application, self._rate, self._burst, self._clock = application, rate, burst, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Obj, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS and not self._takes((scope.get("client") or ("",))[0]):
            await _answer(send, 429, "Too many requests come from this address.", "Wait a moment and try again.", (b"retry-after", b"1"))
            return
        await self._application(scope, receive, send)

    def _takes(self, address: str) -> bool:
        now = self._clock()
        left, seen = self._buckets.pop(address, (float(self._burst), now))
        left = min(left + (now - seen) * self._rate, self._burst)
        self._buckets[address] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > MAX_ADDRESSES:
            self._buckets.popitem(last=False)
        return left >= 1


async def _answer(send: Send, status: int, message: str, hint: str, *headers: tuple[bytes, bytes]) -> None:
    body = orjson.dumps({"message": message, "try": hint})
    plain = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": [*plain, *headers]})
    await send({"type": "http.response.body", "body": body})


def _announced(scope: Obj) -> int:
    length = _header(scope, b"content-length")
    return int(length) if length.isdigit() else 0


def _header(scope: Obj, wanted: bytes) -> bytes:
    return next((value for name, value in scope["headers"] if name == wanted), b"")
