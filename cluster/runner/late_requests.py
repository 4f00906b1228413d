"""Requests from outside that a fault of messages holds back: who has sent one waits for the answer, as behind a slow network.

The request waits where its connection is, in whatever process that may be; when it may go on says the store, whose clock the loops move. So
it outlasts a hand-over of the loops. With the process that has the connection it ends as any request does: the client is told by its lost
connection. While the cluster is paused its clock stands, and the request waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from cluster.apiserver.request import Request, Response
from cluster.runner.faults.gate import Gate
from cluster.runner.faults.messages import Held
from cluster.runner.waiting import until_set

T = TypeVar("T")
LOOK_EVERY = 1.0
"""Seconds of the wall clock after which the record is looked at though nobody has rung."""


class Ask(Protocol):
    """Runs a call with the way to the API server, caught up with other processes, on the cluster's thread."""

    def __call__(self, call: Callable[[Gate], T]) -> Awaitable[T]: ...


async def serve(request: Request, ask: Ask, subscribe: Callable[[Callable[[], None]], Callable[[], None]]) -> Response:
    """Serve a request, late if it has met a fault. ``subscribe``: calls a listener whenever the cluster has moved. Raises ApiError."""
    while True:
        try:
            return await ask(lambda door: door.serve(request))
        except Held as held:
            await _released(held.name, ask, subscribe)


async def _released(name: str, ask: Ask, subscribe: Callable[[Callable[[], None]], Callable[[], None]]) -> None:
    moved = asyncio.Event()
    unsubscribe = subscribe(moved.set)
    try:
        while await ask(lambda door: door.is_held(name)):
            await until_set(moved, LOOK_EVERY)
            moved.clear()
    finally:
        unsubscribe()
