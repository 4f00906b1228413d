"""Driving the stage's socket in this process, without a server and without waiting by the clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import orjson
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator

from cluster.http.back_pressure import Gate
from cluster.machinery.meta import Obj
from dashboard.routing import websocket_urlpatterns

PATIENCE = 10
"""Seconds until a message that should come counts as lost."""


@asynccontextmanager
async def connected(
    path: str, headers: Sequence[tuple[bytes, bytes]] = (), gate: Gate | None = None
) -> AsyncIterator[WebsocketCommunicator]:
    """An accepted connection to the stage. ``gate``: closed while the viewer does not read."""
    communicator = WebsocketCommunicator(URLRouter(websocket_urlpatterns), path, headers=list(headers))
    if gate is not None:
        communicator.scope["extensions"] = {"back_pressure": gate.wait}
    accepted, _ = await communicator.connect()
    assert accepted
    try:
        yield communicator
    finally:
        await communicator.disconnect()


async def message(communicator: WebsocketCommunicator) -> Obj:
    """The next message."""
    document: Obj = orjson.loads(await communicator.receive_from(timeout=PATIENCE))
    return document
