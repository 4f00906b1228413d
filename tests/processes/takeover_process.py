"""Connections that were taken over, with real sockets whose other end is slow: nobody keeps in memory what the other has not taken."""

from __future__ import annotations

import asyncio
import socket
from typing import Protocol, cast

from twisted.internet import asyncioreactor

LOOP = asyncio.new_event_loop()
asyncio.set_event_loop(LOOP)
asyncioreactor.install(LOOP)  # type: ignore[no-untyped-call]

from twisted.internet import reactor  # noqa: E402 - after the reactor has been chosen
from twisted.internet.endpoints import TCP4ServerEndpoint  # noqa: E402
from twisted.internet.protocol import Factory  # noqa: E402

from cluster.http.takeover import TakenConnection  # noqa: E402

PIECE = 64 * 1024
PIECES = 1024
TOTAL = PIECE * PIECES
LITTLE = 8 * 1024 * 1024
"""Bytes that may be under way at most: what the kernel's two buffers hold, and a quarter of a megabyte here."""
PATIENCE = 60.0
STILL = 5
"""Looks in a row that see the same, until something counts as standing still."""


class Address(Protocol):
    """Where something listens."""

    port: int


class Listening(Protocol):
    """What of Twisted's IListeningPort is used here."""

    def getHost(self) -> Address: ...  # noqa: N802 - Twisted's name
    def stopListening(self) -> object: ...  # noqa: N802


class Door(Factory):
    """Takes every connection over, and tells of it."""

    def __init__(self) -> None:
        self.taken: asyncio.Queue[TakenConnection] = asyncio.Queue()
        self.lost = asyncio.Event()

    def buildProtocol(self, addr: object) -> TakenConnection:  # noqa: N802 - Twisted's name
        connection = TakenConnection(self.lost.set)
        self.taken.put_nowait(connection)
        return connection


class Count:
    """How many bytes have gone."""

    def __init__(self) -> None:
        self.bytes = 0

    async def stands_still(self) -> int:
        """Wait until it does, and return it."""
        same, before = 0, -1
        async with asyncio.timeout(PATIENCE):
            while same < STILL:
                await asyncio.sleep(0.05)
                same, before = (same + 1 if self.bytes == before else 0), self.bytes
        return before


def piece(number: int) -> bytes:
    return number.to_bytes(4) * (PIECE // 4)


def read_all(client: socket.socket) -> bytes:
    parts = []
    while part := client.recv(1 << 20):
        parts.append(part)
    return b"".join(parts)


async def check_a_client_that_reads_late(door: Door, client: socket.socket) -> None:
    """Who writes waits, and everything arrives in order."""
    taken, gone = await door.taken.get(), Count()

    async def write() -> None:
        for number in range(PIECES):
            await taken.write(piece(number))
            gone.bytes += PIECE
        taken.close()

    writer = asyncio.ensure_future(write())
    assert await gone.stands_still() < LITTLE
    assert not writer.done()
    arrived = await asyncio.to_thread(read_all, client)
    await writer
    assert arrived == b"".join(map(piece, range(PIECES)))


async def check_a_client_that_sends_more_than_is_read(door: Door, client: socket.socket) -> None:
    """It has to wait, and everything is read in order."""
    taken, gone = await door.taken.get(), Count()

    def send() -> None:
        for number in range(PIECES):
            client.sendall(piece(number))
            gone.bytes += PIECE
        client.shutdown(socket.SHUT_WR)

    sender = asyncio.ensure_future(asyncio.to_thread(send))
    assert await gone.stands_still() < LITTLE
    parts = []
    while part := await taken.read():
        parts.append(part)
    await sender
    assert b"".join(parts) == b"".join(map(piece, range(PIECES)))


async def check_a_client_that_leaves(door: Door, client: socket.socket) -> None:
    """Who waits for it is let go."""
    taken, gone = await door.taken.get(), Count()

    async def write() -> None:
        while not door.lost.is_set():
            await taken.write(piece(0))
            gone.bytes += PIECE

    writer = asyncio.ensure_future(write())
    assert await gone.stands_still() < LITTLE
    client.close()
    async with asyncio.timeout(PATIENCE):
        await writer


async def main() -> None:
    """Hold each against a socket of its own."""
    for check in (check_a_client_that_reads_late, check_a_client_that_sends_more_than_is_read, check_a_client_that_leaves):
        door = Door()
        opened = TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(door)  # type: ignore[no-untyped-call]
        listening = cast(Listening, await opened.asFuture(LOOP))
        with socket.create_connection(("127.0.0.1", listening.getHost().port)) as client:
            await check(door, client)
        listening.stopListening()


if __name__ == "__main__":
    reactor.startRunning(installSignalHandlers=False)
    LOOP.run_until_complete(main())
