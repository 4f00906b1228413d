"""A connection that was taken over hangs up when it is told to, over TLS too."""

from __future__ import annotations

import asyncio

from cluster.http.takeover import TakenConnection


class TlsTransport:
    """Hangs up as Twisted's TLS does: not as long as somebody is registered who may still send."""

    def __init__(self) -> None:
        self.has_producer = self.is_closed = False

    def write(self, data: bytes) -> None: ...

    def pauseProducing(self) -> None: ...  # noqa: N802 - Twisted's name

    def resumeProducing(self) -> None: ...  # noqa: N802

    def registerProducer(self, producer: object, streaming: bool) -> None:  # noqa: N802
        self.has_producer = True

    def unregisterProducer(self) -> None:  # noqa: N802
        self.has_producer = False

    def loseConnection(self) -> None:  # noqa: N802
        self.is_closed = not self.has_producer


def test_hanging_up_waits_for_nobody() -> None:
    async def run() -> tuple[bool, bool]:
        transport, taken = TlsTransport(), TakenConnection(lambda: None)
        taken.makeConnection(transport)  # type: ignore[no-untyped-call]
        taken.pauseProducing()
        writing = asyncio.ensure_future(taken.write(b"x"))
        await asyncio.sleep(0)
        taken.close()
        await asyncio.wait_for(writing, 1)
        taken.setTimeout(None)  # type: ignore[no-untyped-call]
        return transport.is_closed, writing.done()

    assert asyncio.run(run()) == (True, True)
