"""A session of the cluster's thread, seen from the server's loop: it waits where the thread must not.

Who sends waits while the other side is behind, who receives while there is nothing; the cluster's movements wake both.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self, TypeVar

from cluster.machinery.kubelet_server import Ending, HttpReply, Input, Output, Session
from cluster.runner.host import Host
from cluster.runner.waiting import until_set

T = TypeVar("T")

PATIENCE = 1.0
"""Seconds after which is looked again, should the cluster's news have been lost."""


class Carrier:
    """Use with ``async with``: at the end the session is left."""

    def __init__(self, host: Host, session: Session) -> None:
        self._host, self._session = host, session
        self._moved = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._unsubscribe = self._host.subscribe(self._moved.set)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._unsubscribe()
        await self._host.read(lambda _: self._session.close())

    async def begin(self) -> Ending | None:
        """Wait until it has been taken up; return how it ended when it ended at once, with nothing to read."""
        while not await self._look(lambda: self._session.has_begun):
            await self._wait()
        return await self._look(lambda: self._session.ending)

    async def send(self, piece: Input) -> None:
        """Send, when there is room."""
        while not await self._look(lambda: self._send(piece)):
            await self._wait()

    async def receive(self) -> tuple[Sequence[Output | HttpReply], Ending | None]:
        """Wait for what comes out next, and how it ended if nothing will come after it."""
        while True:
            outputs, ending = await self._look(lambda: (self._session.read(), self._session.ending))
            if outputs or ending is not None:
                return outputs, ending
            await self._wait()

    async def _look(self, call: Callable[[], T]) -> T:
        self._moved.clear()  # what comes after this look wakes the next wait
        return await self._host.read(lambda _: call())

    def _send(self, piece: Input) -> bool:
        if not self._session.has_room:
            return False
        self._session.send(piece)
        return True

    async def _wait(self) -> None:
        await until_set(self._moved, PATIENCE)
