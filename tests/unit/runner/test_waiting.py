"""Waiting for an event ends when it is set, when it has lasted long enough, and when it is cancelled."""

from __future__ import annotations

import asyncio

import pytest

from cluster.runner.waiting import until_set


@pytest.mark.parametrize(
    ("is_set", "seconds"), [pytest.param(True, 3600, id="set already"), pytest.param(False, 0, id="never set, and no time to wait")]
)
def test_it_ends(is_set: bool, seconds: float) -> None:
    async def wait() -> bool:
        event = asyncio.Event()
        if is_set:
            event.set()
        await until_set(event, seconds)
        return event.is_set()

    assert asyncio.run(asyncio.wait_for(wait(), 30)) is is_set


def test_a_cancellation_at_the_moment_of_the_event_gets_through() -> None:
    async def wait() -> bool:
        event = asyncio.Event()
        waiting = asyncio.create_task(until_set(event, 3600))
        await asyncio.sleep(0)
        event.set()
        waiting.cancel()
        await asyncio.wait([waiting])
        return waiting.cancelled()

    assert asyncio.run(wait())
