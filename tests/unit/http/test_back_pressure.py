"""The gate before a WebSocket's connection, with Twisted's own transport: it closes when nobody reads, and opens when somebody does."""

from __future__ import annotations

import asyncio

from twisted.internet.testing import StringTransport

from cluster.http.back_pressure import Gate, gate_before, gate_of_request
from cluster.machinery.kinds.core import CONFIGMAPS
from tests.unit.http.door import Door


async def is_through(gate: Gate) -> bool:
    """Whether somebody who comes to the gate now gets through at once."""
    waiting = asyncio.ensure_future(gate.wait())
    await asyncio.sleep(0)
    done = waiting.done()
    waiting.cancel()
    return done


def test_the_gate_follows_its_connection_instead_of_what_paused_it_before() -> None:
    async def visit() -> list[bool]:
        connection = StringTransport()
        connection.registerProducer(object(), True)
        gate = gate_before(connection)
        seen = [await is_through(gate)]
        connection.producer.pauseProducing()
        seen.append(await is_through(gate))
        connection.producer.resumeProducing()
        seen.append(await is_through(gate))
        connection.producer.pauseProducing()
        connection.producer.stopProducing()
        return [*seen, await is_through(gate), connection.producer is gate]

    assert asyncio.run(visit()) == [True, False, True, True, True]


def test_a_request_has_a_gate_from_the_first_visit_on() -> None:
    async def visit() -> list[bool]:
        request = StringTransport()
        wait = gate_of_request(request)
        before = request.producer is None
        await wait()
        request.producer.pauseProducing()
        waiting = asyncio.ensure_future(wait())
        await asyncio.sleep(0)
        is_kept = not waiting.done()
        request.producer.stopProducing()
        await waiting
        return [before, is_kept]

    assert asyncio.run(visit()) == [True, True]


def test_of_a_watch_whose_client_does_not_read_nothing_more_is_sent() -> None:
    async def talk() -> tuple[int, int]:
        door, gate = Door(), Gate()
        for number in range(30):
            data = {"text": "x" * 40_000}
            door.rig.admin.create(CONFIGMAPS, {"metadata": {"name": f"c{number}", "namespace": "default"}, "data": data})
        gate.pauseProducing()
        sent: list[int] = []
        watching = asyncio.ensure_future(door.watch("/clusters/demo/api/v1/configmaps?watch=1&timeoutSeconds=1", sent.append, gate.wait))
        for _ in range(100):
            await asyncio.sleep(0)
        before = sum(sent)
        gate.resumeProducing()
        await watching
        return before, sum(sent)

    held, whole = asyncio.run(talk())
    assert (held, whole // 40_000) == (0, 30)
