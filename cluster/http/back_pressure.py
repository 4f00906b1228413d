"""Who sends on a WebSocket, or a stream over HTTP, learns when its client reads more slowly than that.

ASGI knows no such thing: Daphne takes every message and keeps in memory what the connection does not, so that one client that has
stopped reading would make the server grow. So the server puts a gate into the scope (``extensions["back_pressure"]``): to wait at
it is to wait until the connection takes more. What waits on the other side of a gate is bounded where it waits: a page is sent the state
instead (``dashboard/hub.py``), a watch ends (``runner/outside_watch.py``), a log is read on from where it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer  # type: ignore[import-untyped]

KeepsUp = Callable[[], Awaitable[None]]
"""Returns when the client has taken most of what it was sent."""


async def always() -> None:
    """Take the client for one that keeps up: another server than ours says nothing about that."""


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


def gate_of_request(request: Connection) -> KeepsUp:
    """Return the way to a gate before a request's answer, which is made when somebody first comes to it: most answers are short."""
    made: list[Gate] = []

    async def wait() -> None:
        if not made:
            made.append(Gate())
            request.registerProducer(made[0], True)
        await made[0].wait()

    return wait
