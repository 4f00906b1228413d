"""How long the server's loop did not come round: a task that wants to wake every 10 ms notes by how much it was late.

Only the bench's URLs lead here. What the operating system gives to other processes counts as well, so that figures from a busy machine
are an upper bound.
"""

from __future__ import annotations

import asyncio
import time

from django.http import HttpRequest, JsonResponse

EVERY = 0.01
"""Seconds between two beats."""


class Heartbeat:
    """Beats on the loop that it was first asked on."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None
        self._longest = 0.0

    def longest(self) -> float:
        """Return by how many seconds a beat was late at most since the last call; the first call starts the heart."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._beat())
        longest, self._longest = self._longest, 0.0
        return longest

    async def _beat(self) -> None:
        while True:
            due = time.monotonic() + EVERY
            await asyncio.sleep(EVERY)
            self._longest = max(self._longest, time.monotonic() - due)


_heartbeat = Heartbeat()


async def longest_stall(request: HttpRequest) -> JsonResponse:
    """Answer with the longest stall since the last request for it."""
    return JsonResponse({"seconds": _heartbeat.longest()})
