"""A connection that was taken over, without a network."""

from __future__ import annotations

import asyncio


class FakeRaw:
    """Implements ``RawConnection``; a test is the client."""

    def __init__(self) -> None:
        self._arriving: asyncio.Queue[bytes] = asyncio.Queue()
        self._news = asyncio.Event()
        self.written = bytearray()
        self.is_closed = False

    def arrives(self, content: bytes) -> None:
        """Let the client send; nothing means that it has gone."""
        self._arriving.put_nowait(content)

    async def until_written(self, length: int) -> bytes:
        """Wait until the server has sent so many bytes more, and take them."""
        while len(self.written) < length and not self.is_closed:
            self._news.clear()
            await self._news.wait()
        taken = bytes(self.written[:length])
        del self.written[:length]
        return taken

    async def read(self) -> bytes:
        return await self._arriving.get()

    async def write(self, content: bytes) -> None:
        self.written += content
        self._news.set()

    def close(self) -> None:
        self.is_closed = True
        self._news.set()
