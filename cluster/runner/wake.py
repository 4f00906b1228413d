"""The doorbell: tells other processes that a cluster has moved, so that they look at the database now and not in a second.

A message holds a cluster's name and nothing else: what has happened stands in the rows. A lost message costs latency, never
data; so everything that can go wrong with a channel layer is logged here and goes no further. A layer has errors of its library's
own, which is loaded only where that layer is used.
Setting ``DOORBELL`` False leaves it out: the poll of once a second remains.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine

from channels.layers import BaseChannelLayer, get_channel_layer
from django.conf import settings

logger = logging.getLogger(__name__)

GROUP = "podium.clusters"
RING_EVERY = 0.05
"""Seconds between two messages about one cluster: what moves in between is one message."""
RETRY_AFTER = 1.0
"""Seconds before a channel layer that failed is tried again."""
CANCEL_AGAIN_AFTER = 1.0
"""Seconds that a channel layer has to end."""


class Doorbell:
    """Belongs to the server's loop. ``on_ring`` is called with the name of a cluster that moved in another process."""

    def __init__(self, on_ring: Callable[[str], None]) -> None:
        self._on_ring = on_ring
        self._layer = get_channel_layer() if settings.DOORBELL else None
        self._waiting: set[str] = set()
        self._channel = ""
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Listen for the bells of other processes."""
        if self._layer is not None:
            self._spawn(self._listen(self._layer))

    def ring(self, name: str) -> None:
        """Tell the others, soon, that a cluster has moved."""
        if self._layer is not None and name not in self._waiting:
            self._waiting.add(name)
            self._spawn(self._send(self._layer, name))

    async def stop(self) -> None:
        """Stop listening. A layer that was cancelled in the moment in which it had an answer may go on: then it is cancelled again."""
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks, timeout=CANCEL_AGAIN_AFTER)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, layer: BaseChannelLayer, name: str) -> None:
        await asyncio.sleep(RING_EVERY)
        self._waiting.discard(name)
        with contextlib.suppress(Exception):  # the listener meets the same and logs it
            await layer.group_send(GROUP, {"type": "cluster.moved", "name": name, "sender": self._channel})

    async def _listen(self, layer: BaseChannelLayer) -> None:
        while True:
            try:
                self._channel = await layer.new_channel()
                await layer.group_add(GROUP, self._channel)
                while True:
                    message = await layer.receive(self._channel)
                    if message["sender"] != self._channel:
                        self._on_ring(message["name"])
            except Exception as error:  # noqa: BLE001 - whatever it is, polling goes on
                logger.warning("the doorbell is out of order, polling goes on: %s", error)
                await asyncio.sleep(RETRY_AFTER)
