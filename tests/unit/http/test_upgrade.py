"""What a connection would go on with, who may ask for it, and what is answered."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from cluster.http import upgrade
from cluster.http.credentials import credentials_of
from cluster.http.streaming.negotiation import protocol_for
from cluster.http.upgrade import SPDY, WEBSOCKET, Asked
from cluster.machinery.errors import ApiError

Pairs = list[tuple[bytes, bytes]]
SOCKET: Pairs = [
    (b"connection", b"keep-alive, Upgrade"),
    (b"upgrade", b"websocket"),
    (b"sec-websocket-version", b"13"),
    (b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ=="),
]
KEY = b"dGhlIHNhbXBsZSBub25jZQ=="


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param([], None, id="a plain request"),
        pytest.param([(b"upgrade", b"websocket")], None, id="an upgrade that is not meant for this connection"),
        pytest.param([(b"connection", b"upgrade"), (b"upgrade", b"h2c")], None, id="a protocol that nobody has here"),
        pytest.param(SOCKET, Asked(WEBSOCKET, (), KEY), id="a WebSocket"),
        pytest.param(
            [*SOCKET, (b"sec-websocket-protocol", b"v5.channel.k8s.io, v4.channel.k8s.io")],
            Asked(WEBSOCKET, ("v5.channel.k8s.io", "v4.channel.k8s.io"), KEY),
            id="a WebSocket with subprotocols",
        ),
        pytest.param(
            [
                (b"connection", b"Upgrade"),
                (b"upgrade", b"SPDY/3.1"),
                (b"x-stream-protocol-version", b"v5.channel.k8s.io"),
                (b"x-stream-protocol-version", b"v4.channel.k8s.io"),
            ],
            Asked(SPDY, ("v5.channel.k8s.io", "v4.channel.k8s.io")),
            id="SPDY with a header for each protocol",
        ),
    ],
)
def test_asked(headers: Pairs, expected: Asked | None) -> None:
    assert upgrade.asked(headers) == expected


def test_a_websocket_without_a_key_is_none() -> None:
    with pytest.raises(ApiError, match="version 13 and a key are needed"):
        upgrade.asked(SOCKET[:3])


@pytest.mark.parametrize(
    ("question", "subresource", "expected"),
    [
        pytest.param(
            Asked(WEBSOCKET, ("v5.channel.k8s.io", "v4.channel.k8s.io")), "exec", "v5.channel.k8s.io", id="the client's first choice"
        ),
        pytest.param(Asked(WEBSOCKET, ("new", "v4.channel.k8s.io")), "attach", "v4.channel.k8s.io", id="the first that is known"),
        pytest.param(Asked(WEBSOCKET, ()), "exec", "", id="none named: the oldest"),
        pytest.param(Asked(WEBSOCKET, (upgrade.BEARER + "eA",)), "exec", "", id="a token is no protocol"),
        pytest.param(
            Asked(WEBSOCKET, ("SPDY/3.1+portforward.k8s.io",)), "portforward", "SPDY/3.1+portforward.k8s.io", id="a tunnel for ports"
        ),
        pytest.param(Asked(SPDY, ("v5.channel.k8s.io", "v4.channel.k8s.io")), "exec", "v4.channel.k8s.io", id="the newest over SPDY"),
        pytest.param(Asked(SPDY, ("portforward.k8s.io",)), "portforward", "portforward.k8s.io", id="ports over SPDY"),
    ],
)
def test_protocol(question: Asked, subresource: str, expected: str) -> None:
    assert protocol_for(question, subresource) == expected


@pytest.mark.parametrize(
    ("question", "subresource", "code", "message"),
    [
        pytest.param(
            Asked(SPDY, ("v9.channel.k8s.io",)),
            "portforward",
            403,
            "unable to upgrade: unable to negotiate protocol: client supports [v9.channel.k8s.io], server accepts [portforward.k8s.io]",
            id="over SPDY",
        ),
        pytest.param(
            Asked(WEBSOCKET, ("chat",)),
            "portforward",
            400,
            "websocket: unable to negotiate protocol: client supports [chat], "
            "server accepts [SPDY/3.1+portforward.k8s.io v4.channel.k8s.io v4.base64.channel.k8s.io]",
            id="over a WebSocket",
        ),
    ],
)
def test_no_protocol_in_common(question: Asked, subresource: str, code: int, message: str) -> None:
    with pytest.raises(ApiError) as refusal:
        protocol_for(question, subresource)
    assert (refusal.value.code, refusal.value.message) == (code, message)


@pytest.mark.parametrize(
    ("origin", "is_welcome"),
    [
        pytest.param(b"", True, id="a program names none"),
        pytest.param(b"https://127.0.0.1:6443", True, id="the server itself"),
        pytest.param(b"http://podium.example", True, id="a host of this server"),
        pytest.param(b"https://evil.example", False, id="another site"),
        pytest.param(b"null", False, id="a page without a site"),
    ],
)
def test_origin(origin: bytes, is_welcome: bool) -> None:
    with nullcontext() if is_welcome else pytest.raises(ApiError, match="may not open a connection"):
        upgrade.check_origin({b"host": b"127.0.0.1:6443", b"origin": origin}, ["podium.example"])


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        pytest.param(
            [*SOCKET, (b"sec-websocket-protocol", b"base64url.bearer.authorization.k8s.io.dG9rZW4, v4.channel.k8s.io")],
            "token",
            id="of a script in a page",
        ),
        pytest.param([(b"sec-websocket-protocol", b"base64url.bearer.authorization.k8s.io.dG9rZW4")], "", id="of no WebSocket"),
        pytest.param(
            [*SOCKET, (b"sec-websocket-protocol", b"base64url.bearer.authorization.k8s.io.%%")], "", id="of bytes that are no base64"
        ),
        pytest.param(
            [*SOCKET, (b"authorization", b"Bearer first"), (b"sec-websocket-protocol", b"base64url.bearer.authorization.k8s.io.dG9rZW4")],
            "first",
            id="beside a header",
        ),
    ],
)
def test_token(headers: Pairs, token: str) -> None:
    assert credentials_of(headers, b"").token == token


@pytest.mark.parametrize(
    ("question", "protocol", "expected"),
    [
        pytest.param(
            Asked(WEBSOCKET, (), KEY),
            "v4.channel.k8s.io",
            {
                b"Upgrade": b"websocket",
                b"Sec-WebSocket-Accept": b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                b"Sec-WebSocket-Protocol": b"v4.channel.k8s.io",
            },
            id="a WebSocket",
        ),
        pytest.param(
            Asked(SPDY, ()), "v4.channel.k8s.io", {b"Upgrade": b"SPDY/3.1", b"X-Stream-Protocol-Version": b"v4.channel.k8s.io"}, id="SPDY"
        ),
        pytest.param(Asked(SPDY, ()), "", {b"Upgrade": b"SPDY/3.1"}, id="no protocol was named"),
    ],
)
def test_accepted(question: Asked, protocol: str, expected: dict[bytes, bytes]) -> None:
    assert dict(upgrade.accepted(question, protocol)) == {b"Connection": b"Upgrade", **expected}
