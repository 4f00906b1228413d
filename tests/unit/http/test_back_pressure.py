"""The gate before a WebSocket's connection, with Twisted's own transport: it closes when nobody reads, and opens when somebody does."""

from __future__ import annotations

import asyncio

from twisted.internet.testing import StringTransport

from cluster.http.back_pressure import Gate, gate_before


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
