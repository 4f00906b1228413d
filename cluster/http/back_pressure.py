"""Who sends on a WebSocket learns when its client reads more slowly than that.

ASGI knows no such thing: Daphne takes every message and keeps in memory what the connection does not, so that one client that has
stopped reading would make the server grow. So the server puts a gate into the scope (``extensions["back_pressure"]``): to wait at
it is to wait until the connection takes more.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer  # type: ignore[import-untyped]


class Connection(Protocol):
    """What of a Twisted transport is used here."""

    def registerProducer(self, producer: object, streaming: bool) -> None: ...  # noqa: N802 - Twisted's name
    def unregisterProducer(self) -> None: ...  # noqa: N802


@implementer(IPushProducer)
class Gate:
    """Stands before one connection. Open until the connection has 64 KiB (Twisted's measure) that the client has not taken."""

    def __init__(self) -> None:
        self._is_open = asyncio.Event()
        self._is_open.set()

    async def wait(self) -> None:
        """Return when the connection takes more, at once as a rule."""
        await self._is_open.wait()

    # What follows is called by Twisted.

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's name
        """Let senders wait."""
        self._is_open.clear()

    def resumeProducing(self) -> None:  # noqa: N802 - Twisted's name
        """Let senders go on."""
        self._is_open.set()

    def stopProducing(self) -> None:  # noqa: N802 - Twisted's name
        """Nobody will read any more: what is sent now goes nowhere, and nobody waits for that."""
        self._is_open.set()


def gate_before(connection: Connection) -> Gate:
    """Return a new gate before a connection, instead of what paused and resumed it until now."""
    gate = Gate()
    connection.unregisterProducer()
    connection.registerProducer(gate, True)
    return gate
