"""The doorbell ends when it is told to, whatever its channel layer does with a cancellation."""

from __future__ import annotations

import asyncio

import pytest

from cluster.runner import wake


class Layer:
    """A channel layer on which nobody rings; it goes on as often as it is told to when it is cancelled."""

    def __init__(self, goes_on: int) -> None:
        self.goes_on, self.cancelled = goes_on, 0

    async def new_channel(self) -> str:
        return "channel"

    async def group_add(self, group: str, channel: str) -> None:
        pass

    async def receive(self, channel: str) -> dict[str, str]:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                if self.cancelled > self.goes_on:
                    raise


@pytest.mark.parametrize("goes_on", [pytest.param(0, id="a layer that ends"), pytest.param(2, id="a layer that goes on twice")])
def test_it_stops(goes_on: int, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = Layer(goes_on)
    monkeypatch.setattr(wake, "get_channel_layer", lambda: layer)
    monkeypatch.setattr(wake, "CANCEL_AGAIN_AFTER", 0.001)

    async def listen_and_stop() -> None:
        doorbell = wake.Doorbell(lambda name: None)
        doorbell.start()
        await asyncio.sleep(0)
        await doorbell.stop()

    asyncio.run(asyncio.wait_for(listen_and_stop(), 30))
    assert layer.cancelled == goes_on + 1
