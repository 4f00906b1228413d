"""A connection that goes on with another protocol than HTTP: what is asked for, who may ask, and what is answered.

Refusals are ordinary answers of the API, with the code and the Status that any request gets; so the decision is taken here and not by the
server's own WebSocket library, which knows 403 only.

Upstream: ``staging/src/k8s.io/streaming/pkg/httpstream/{httpstream,spdy/upgrade,wsstream/conn}.go``,
``staging/src/k8s.io/apiserver/pkg/authentication/request/websocket/protocol.go``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from cluster.machinery.errors import ApiError, bad_request

WEBSOCKET, SPDY = "websocket", "spdy/3.1"
PROTOCOL_HEADER = b"x-stream-protocol-version"
BEARER = "base64url.bearer.authorization.k8s.io."
"""Prefix of the subprotocol in which a browser's script gives its token, since it can set no headers."""
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

_READ = (b"upgrade", b"connection", b"sec-websocket-key", b"sec-websocket-version", b"sec-websocket-protocol", PROTOCOL_HEADER)

Headers = Mapping[bytes, bytes]


class RawConnection(Protocol):
    """A connection's bytes, once its request has been answered with 101."""

    async def read(self) -> bytes:
        """Return what has arrived; empty when the client has gone."""
        ...

    async def write(self, content: bytes) -> None:
        """Send, and wait while the client reads more slowly than that."""
        ...

    def close(self) -> None:
        """Send what is left and hang up."""
        ...


class Takeover(Protocol):
    """The way to a request's connection, which the server puts into the scope as ``extensions["takeover"]``."""

    def __call__(self, headers: Sequence[tuple[bytes, bytes]]) -> RawConnection:
        """Answer 101 with these headers and hand the connection over."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """``kind``: WEBSOCKET or SPDY; ``protocols``: what the client would speak over it, best first."""

    kind: str
    protocols: tuple[str, ...]
    key: bytes = b""


def asked(headers: Sequence[tuple[bytes, bytes]]) -> Asked | None:
    """Return what a request would go on with; None: it is a plain request. Raises ApiError 400 for a WebSocket that is none.

    ``headers``: names in lower case; one that comes several times is a list.
    """
    return _asked({name: b",".join(value for each, value in headers if each == name) for name in _READ})


def _asked(headers: Headers) -> Asked | None:
    kind = headers.get(b"upgrade", b"").decode("latin-1").lower()
    if "upgrade" not in headers.get(b"connection", b"").decode("latin-1").lower():
        return None
    if kind == WEBSOCKET:
        key = headers.get(b"sec-websocket-key", b"").strip()
        if not key or headers.get(b"sec-websocket-version", b"").strip() != b"13":
            raise bad_request("websocket: version 13 and a key are needed")
        return Asked(kind, _listed(headers.get(b"sec-websocket-protocol", b"")), key)
    if kind == SPDY:
        return Asked(kind, _listed(headers.get(PROTOCOL_HEADER, b"")))
    return None


def token_in(protocols: Sequence[str]) -> str:
    """Return the bearer token among the subprotocols, or an empty string."""
    given = next((each.removeprefix(BEARER) for each in protocols if each.startswith(BEARER)), "")
    try:
        return base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def choose(protocols: Sequence[str], served: Sequence[str]) -> str | None:
    """Return the first protocol that the client wants and the server has; None: there is none. Who names none gets the oldest (empty)."""
    wanted = [each for each in protocols if not each.startswith(BEARER)]
    if not wanted:
        return "" if "" in served else None
    return next((each for each in wanted if each in served), None)


def check_origin(headers: Headers, allowed_hosts: Sequence[str]) -> None:
    """Refuse a page of another site: programs name no origin. Raises ApiError 403."""
    origin = headers.get(b"origin", b"").decode("latin-1")
    if not origin:
        return
    host = (urlsplit(origin).hostname or "").lower()
    own = (urlsplit(f"//{headers.get(b'host', b'').decode('latin-1')}").hostname or "").lower()
    if host not in (own, *(name.strip("[]").lower() for name in allowed_hosts)) or not host:
        raise ApiError(403, "Forbidden", f"forbidden: a page of {origin} may not open a connection to this server")


def accepted(question: Asked, protocol: str) -> list[tuple[bytes, bytes]]:
    """Return the headers of the 101."""
    headers = [(b"Upgrade", b"SPDY/3.1" if question.kind == SPDY else b"websocket"), (b"Connection", b"Upgrade")]
    if question.kind == SPDY:
        return [*headers, (b"X-Stream-Protocol-Version", protocol.encode())] if protocol else headers
    headers.append((b"Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(question.key + _GUID).digest())))
    return [*headers, (b"Sec-WebSocket-Protocol", protocol.encode())] if protocol else headers


def _listed(header: bytes) -> tuple[str, ...]:
    return tuple(part.strip() for part in header.decode("latin-1").split(",") if part.strip())
