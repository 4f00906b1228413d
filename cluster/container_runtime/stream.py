"""HTTP/1.1 over a connection: bytes in, a request to who listens, its answer as bytes. What ``kubectl port-forward`` ends in.

Upstream: RFC 9112.
"""

from __future__ import annotations

import http
import re
from collections.abc import Callable

from cluster.machinery.network import HttpRequest, HttpResponse, NetworkError

MAX_REQUEST = 1 << 20


class HttpStream:
    """A ``Connection`` to somebody who answers requests one after the other; what is no HTTP closes it."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer
        self._received = b""
        self._unread = b""
        self._is_open = True

    @property
    def is_open(self) -> bool:
        """Whether the other side has not closed it."""
        return self._is_open

    def send(self, data: bytes) -> None:
        """Send bytes; what the other side answers at once can be read after it."""
        if not self._is_open:
            return
        self._received += data
        while self._is_open and (request := self._next()) is not None:
            self._reply(request)

    def read(self) -> bytes:
        """Return what has arrived since the last time, nothing if nothing has."""
        unread, self._unread = self._unread, b""
        return unread

    def close(self) -> None:
        """Close it. Harmless when done before."""
        self._is_open = False

    def _next(self) -> HttpRequest | None:
        head, separator, rest = self._received.partition(b"\r\n\r\n")
        if not separator:
            if len(self._received) > MAX_REQUEST or not re.match(rb"[A-Z]{0,10}( |$)", self._received[:11]):
                self._is_open = False
            return None
        first, *lines = head.decode(errors="replace").split("\r\n")
        words = first.split(" ")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = headers.get("content-length", "0")
        if len(words) != 3 or not length.isdigit() or int(length) > MAX_REQUEST:
            self._is_open = False
            return None
        if len(rest) < int(length):
            return None
        self._received = rest[int(length) :]
        return HttpRequest(words[0], words[1], headers, rest[: int(length)])

    def _reply(self, request: HttpRequest) -> None:
        try:
            response = self._answer(request)
        except NetworkError:
            self._is_open = False
            return
        try:
            phrase = http.HTTPStatus(response.code).phrase
        except ValueError:
            phrase = ""
        headers = {**response.headers, "content-length": response.headers.get("content-length", str(len(response.body)))}
        closes = request.headers.get("connection", "").lower() == "close"
        lines = [f"HTTP/1.1 {response.code} {phrase}", *(f"{name.title()}: {value}" for name, value in headers.items())]
        self._unread += "\r\n".join([*lines, *(["Connection: close"] if closes else []), "", ""]).encode() + response.body
        if closes:
            self._is_open = False
