"""``exec`` and ``attach``: bytes from the client to the process and back, until one of them ends it.

Upstream: ``staging/src/k8s.io/kubelet/pkg/cri/streaming/remotecommand/{exec,attach}.go``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from cluster.http.streaming.carrier import Carrier
from cluster.http.streaming.ends import ClientEnd
from cluster.http.streaming.outcome import status_of
from cluster.machinery.kubelet_server import Output


async def carry(carrier: Carrier, client: ClientEnd, command: Sequence[str], *, is_translated: bool) -> None:
    """Carry both ways. Returns when the process has ended, or the client has gone."""
    inward = asyncio.ensure_future(_inward(carrier, client))
    outward = asyncio.ensure_future(_outward(carrier, client, command, is_translated=is_translated))
    try:
        await asyncio.wait((inward, outward), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (inward, outward):
            task.cancel()
        await asyncio.gather(inward, outward, return_exceptions=True)
    if outward.done() and not outward.cancelled():
        outward.result()


async def _inward(carrier: Carrier, client: ClientEnd) -> None:
    while (piece := await client.receive()) is not None:
        await carrier.send(piece)


async def _outward(carrier: Carrier, client: ClientEnd, command: Sequence[str], *, is_translated: bool) -> None:
    while True:
        outputs, ending = await carrier.receive()
        for output in outputs:
            if isinstance(output, Output):
                await client.send(output)
        if ending is not None and ending.is_cut:
            await client.break_off()
            return
        if ending is not None:
            await client.finish(status_of(ending, command, is_translated=is_translated))
            return
