"""``portforward``: over SPDY, through a tunnel in a WebSocket, and over a WebSocket's channels."""

from __future__ import annotations

import pytest

from cluster.http.spdy.frames import PROTOCOL_ERROR, Data, Frame, FrameReader, FrameWriter, Opened, Ping, Replied, Reset
from cluster.http.streaming.channels import V4, V4_BASE64
from cluster.http.streaming.port_forward import PROTOCOL, TUNNEL
from tests.unit.http.streaming.pod_room import POD, PodRoom, SocketClient, SpdyClient, run
from tests.unit.kubelet.fake_processes import SANDBOX

REFUSED = f"error forwarding port 81 to pod {SANDBOX}, uid : failed to connect to localhost:81".encode()


def opened(first: int, port: int, request: str) -> list[Frame]:
    """The two streams of a connection."""
    about = {"port": str(port), "requestid": request}
    return [Opened(first, {"streamtype": "error", **about}), Opened(first + 2, {"streamtype": "data", **about})]


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        pytest.param(
            [*opened(1, 80, "0"), Data(3, b"get"), Data(3, b"", is_last=True)],
            [Replied(1, {}), Replied(3, {}), Data(3, b"GET"), Data(3, b"", is_last=True), Data(1, b"", is_last=True)],
            id="a connection",
        ),
        pytest.param(
            opened(1, 81, "0"),
            [Replied(1, {}), Replied(3, {}), Data(3, b"", is_last=True), Data(1, REFUSED, is_last=True)],
            id="a port where nobody listens",
        ),
        pytest.param([Opened(1, {"streamtype": "data", "port": "http"})], [Reset(1, PROTOCOL_ERROR)], id="a port that is none"),
        pytest.param([Ping(5)], [Ping(5)], id="a ping"),
    ],
)
def test_over_spdy(said: list[Frame], heard: list[Frame]) -> None:
    async def talk() -> None:
        client = SpdyClient(PodRoom(), f"{POD}/portforward", PROTOCOL)
        await client.opened()
        client.say(*said)
        found = await client.heard(len(heard))
        reply = await client.leave()
        assert (found, reply.code) == (heard, 101)

    run(talk())


def test_several_connections_at_a_time_through_a_tunnel() -> None:
    async def talk() -> None:
        room = PodRoom()
        client, writer, reader = SocketClient(room, f"{POD}/portforward", TUNNEL), FrameWriter(), FrameReader()
        frames = [*opened(1, 80, "0"), *opened(5, 80, "1"), Data(3, b"a"), Data(7, b"b")]
        for frame in frames:
            client.say(writer.bytes_of(frame))
        found: list[Frame] = []
        while len(found) < 6:
            (message,) = await client.heard(1)
            assert isinstance(message, bytes)
            found += reader.frames(message)
        await client.leave()
        room.carry()
        data = {frame.stream: frame.content for frame in found if isinstance(frame, Data)}
        assert (data, [each.is_open for each in room.runtime.connections]) == ({3: b"A", 7: b"B"}, [False, False])

    run(talk())


@pytest.mark.parametrize(
    ("protocol", "said", "heard"),
    [
        pytest.param(
            V4, b"\x00get", [b"\x00\x50\x00", b"\x01\x50\x00", b"\x02\x51\x00", b"\x03\x51\x00", b"\x03" + REFUSED, b"\x00GET"], id="binary"
        ),
    ],
)
def test_over_channels(protocol: str, said: bytes, heard: list[bytes]) -> None:
    async def talk() -> None:
        client = SocketClient(PodRoom(), f"{POD}/portforward?ports=80,81", protocol)
        first = await client.heard(5)
        client.say(said)
        last = await client.heard(1)
        await client.leave()
        assert [*first, *last] == heard

    run(talk())


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param("", 'query parameter \\"port\\" is required', id="no port"),
        pytest.param("?ports=http", 'unable to parse \\"http\\" as a port', id="no number"),
    ],
)
def test_ports_that_cannot_be_forwarded(query: str, message: str) -> None:
    async def talk() -> None:
        reply = await SocketClient(PodRoom(), f"{POD}/portforward{query}", V4_BASE64).task
        assert (reply.code, message in reply.content.decode()) == (400, True)

    run(talk())
