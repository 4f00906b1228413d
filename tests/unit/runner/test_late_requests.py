"""A request from outside that is late: it waits where its client does, and is served when the store says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar, cast

from cluster.apiserver.request import Credentials, Request, Response
from cluster.machinery.kinds.core import PODS
from cluster.runner import late_requests
from cluster.runner.faults.gate import Gate
from cluster.runner.faults.messages import Held

T = TypeVar("T")


class Door:
    """Holds the request back under each of these names in turn, each until ``looks`` have been taken."""

    def __init__(self, *names: str, looks: int = 3) -> None:
        self._names, self._looks = list(names), looks
        self.listeners: list[Callable[[], None]] = []
        self.log: list[str] = []

    def serve(self, request: Request) -> Response:
        if self._names:
            raise Held(self._names.pop(0))
        self.log.append("served")
        return Response(200)

    def is_held(self, name: str) -> bool:
        self.log.append(name)
        return self.log.count(name) < self._looks

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)


async def serve(door: Door) -> Response:
    async def ask(call: Callable[[Gate], T]) -> T:
        for listener in door.listeners:
            listener()  # the cluster moves all the time
        await asyncio.sleep(0)
        return call(cast(Gate, door))

    return await late_requests.serve(Request("create", PODS, "kubectl", Credentials()), ask, door.subscribe)


def test_a_request_is_served_once_it_is_held_no_longer_also_when_it_meets_two_faults() -> None:
    door = Door("messages/1", "messages/2")
    response = asyncio.run(asyncio.wait_for(serve(door), 20))
    assert (response.code, door.log, door.listeners) == (200, ["messages/1"] * 3 + ["messages/2"] * 3 + ["served"], [])


def test_a_client_that_leaves_is_forgotten() -> None:
    async def leave() -> list[Callable[[], None]]:
        door = Door("messages/1", looks=1_000_000)
        waiting = asyncio.ensure_future(serve(door))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        return door.listeners

    assert asyncio.run(leave()) == []
