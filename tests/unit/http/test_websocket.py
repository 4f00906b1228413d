"""A WebSocket over a connection that was taken over: whole messages, pings, goodbyes, and what is too much."""

from __future__ import annotations

import asyncio

import pytest
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage

from cluster.http.websocket import LONGEST, WebSocket
from tests.unit.http.streaming.fake_raw import FakeRaw


def exchanged(*sent: Event) -> tuple[list[bytes | None], list[Event], bool]:
    """Return what the server received until the client had gone, what it sent meanwhile, and whether it hung up."""

    async def talk() -> tuple[list[bytes | None], list[Event], bool]:
        raw, client = FakeRaw(), Connection(ConnectionType.CLIENT)
        for event in sent:
            raw.arrives(client.send(event))
        raw.arrives(b"")
        socket, received = WebSocket(raw), list[bytes | None]()
        while not received or received[-1] is not None:
            received.append(await socket.receive())
        client.receive_data(bytes(raw.written))
        return received, list(client.events()), raw.is_closed

    return asyncio.run(talk())


@pytest.mark.parametrize(
    ("sent", "received", "answered", "is_closed"),
    [
        pytest.param([BytesMessage(b"ab"), TextMessage("c")], [b"ab", b"c", None], [], False, id="messages"),
        pytest.param(
            [BytesMessage(b"ab", message_finished=False), BytesMessage(b"cd")], [b"abcd", None], [], False, id="a message in parts"
        ),
        pytest.param([Ping(b"x"), BytesMessage(b"a")], [b"a", None], [Pong(b"x")], False, id="a ping"),
        pytest.param([CloseConnection(1000, "bye")], [None], [CloseConnection(1000, "bye")], False, id="the client says goodbye"),
        pytest.param([BytesMessage(b"x" * (LONGEST + 1))], [None], [CloseConnection(1009, "")], True, id="a message that is too big"),
        pytest.param(
            [BytesMessage(b"x" * 60_000, message_finished=False), BytesMessage(b"x" * 60_000)],
            [None],
            [CloseConnection(1009, "")],
            True,
            id="a message that is too big in all",
        ),
    ],
)
def test_exchange(sent: list[Event], received: list[bytes | None], answered: list[Event], is_closed: bool) -> None:
    assert exchanged(*sent) == (received, answered, is_closed)


def test_bytes_that_are_no_websocket_end_it() -> None:
    async def talk() -> tuple[bytes | None, bytes]:
        raw = FakeRaw()
        raw.arrives(b"\xff\xff\xff\xff")
        return await WebSocket(raw).receive(), bytes(raw.written[2:4])

    assert asyncio.run(talk()) == (None, (1002).to_bytes(2, "big"))
