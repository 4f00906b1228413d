"""Waiting on the server's loop for news, but not for ever."""

from __future__ import annotations

import asyncio
from contextlib import suppress


async def until_set(event: asyncio.Event, seconds: float) -> None:
    """Wait until an event is set, so many seconds of the wall clock at most.

    Who is cancelled meanwhile always ends: before Python 3.12 ``asyncio.wait_for`` overhears it when the event is set at that very moment.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
