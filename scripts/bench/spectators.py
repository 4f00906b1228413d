"""Viewers of one cluster, all in this process: ``<host> <port> <path> <count> <stalled>``, told over standard input what to do.

Each reads its socket as it comes and checks that no hop is missing. All but the first do nothing else with a frame, so that a
thousand of them leave the machine to the server: a full WebSocket client takes longer over a frame than the server does. The
first ``stalled`` ones beside them read nothing once they are connected.

Commands, a JSON object a line: ``{"storm": true}``: all connections are cut and opened again at once, each behind the hop that it
has; ``{"sent": {name: moment}, "until": seq}``: wait for that hop, then answer with what was seen and end.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import sys
import time
from bisect import bisect_left
from dataclasses import dataclass, field

PATIENCE = 60
"""Seconds until a hop that has not come counts as missed."""
HEAD = 300
"""Bytes of a message in which its numbers stand."""
_NUMBERS = re.compile(rb'"(?:first|last|seq)":(\d+)')
_TEXT, _PING = 1, 9
_TWO_BYTES, _EIGHT_BYTES = 126, 127


@dataclass
class Spectator:
    """One viewer. ``received``: the last hop that was there, and since when (seconds of the machine's clock)."""

    host: str
    port: int
    path: str
    keeps_text: bool = False
    last: int = 0
    gaps: int = 0
    frames: int = 0
    states: int = 0
    size: int = 0
    received: list[tuple[int, float]] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)

    async def connect(self) -> None:
        """Open the socket, behind the last hop that was seen. Raises ConnectionError when the server does not want that."""
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port, limit=1 << 20)
        address = f"{self.host}:{self.port}"
        query = f"?after={self.last}" if self.last else ""
        head = [
            f"GET {self.path}{query} HTTP/1.1",
            f"Host: {address}",
            f"Origin: http://{address}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
        ]
        self.writer.write("\r\n".join([*head, "", ""]).encode())
        answer = await self.reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in answer:
            raise ConnectionError(answer.decode("latin-1"))

    async def follow(self) -> None:
        """Read until the connection ends."""
        try:
            while True:
                kind, length = await self.reader.readexactly(2)
                if length >= _TWO_BYTES:
                    length = int.from_bytes(await self.reader.readexactly(2 if length == _TWO_BYTES else 8), "big")
                self._take(kind & 15, await self.reader.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError):
            return

    def _take(self, kind: int, content: bytes) -> None:
        if kind == _PING:
            self.writer.write(bytes([0x8A, 0x80 | len(content), 0, 0, 0, 0]) + content)
        elif kind == _TEXT:
            self.size += len(content)
            self._count(content)
            if self.keeps_text:
                self.texts.append(content)
            self.received.append((self.last, time.monotonic()))

    def _count(self, content: bytes) -> None:
        numbers = [int(number) for number in _NUMBERS.findall(content, 0, HEAD)]
        if content.startswith(b'{"type":"frame"'):
            self.frames += 1
            self.gaps += numbers[0] != self.last + 1
            self.last = numbers[1]
        elif content.startswith(b'{"type":"state"'):
            self.states += 1
            self.last = numbers[0]

    def moment_of(self, seq: int) -> float:
        """Return when a hop was there, infinity when it never came."""
        place = bisect_left(self.received, (seq, 0.0))
        return self.received[place][1] if place < len(self.received) else float("inf")


def written(texts: list[bytes]) -> dict[str, int]:
    """Return the hop at which each object was written, by its name."""
    found = {}
    for text in texts:
        for hop in json.loads(text).get("hops", []):
            if hop["target"] == "etcd" and hop["revision"]:
                found[hop["key"].rpartition("/")[2]] = hop["seq"]
    return found


async def storm(crowd: list[Spectator]) -> tuple[list[asyncio.Task[None]], list[float]]:
    """Cut every connection and come back; return the new readers, and how long each took to be let in again (seconds)."""
    for each in crowd:
        each.writer.transport.abort()
    begun = time.monotonic()

    async def come_back(each: Spectator) -> float:
        await each.connect()
        return time.monotonic() - begun

    times = list(await asyncio.gather(*(come_back(each) for each in crowd)))
    return [asyncio.create_task(each.follow()) for each in crowd], times


async def main(host: str, port: int, path: str, count: int, stalled: int) -> None:
    """Connect, say so, do what is asked, tell what was seen."""
    crowd = [Spectator(host, port, path, keeps_text=number == 0) for number in range(count)]
    silent = [Spectator(host, port, path) for _ in range(stalled)]
    for each in (*crowd, *silent):
        await each.connect()
    readers = [asyncio.create_task(each.follow()) for each in crowd]
    print("ready", flush=True)
    back: list[float] = []
    while "until" not in (command := json.loads(await asyncio.to_thread(sys.stdin.readline))):
        for each in readers:
            each.cancel()
        readers, back = await storm(crowd)
    end = time.monotonic() + PATIENCE
    while any(each.last < command["until"] for each in crowd) and time.monotonic() < end:
        await asyncio.sleep(0.05)
    places = written(crowd[0].texts)
    delays = [each.moment_of(places[name]) - moment for name, moment in command["sent"].items() if name in places for each in crowd]
    seen = {
        "delays": sorted(delay for delay in delays if delay != float("inf")),
        "unseen": sum(delay == float("inf") for delay in delays) + len(crowd) * sum(name not in places for name in command["sent"]),
        "gaps": sum(each.gaps for each in crowd),
        "behind": sum(each.last < command["until"] for each in crowd),
        "frames": sum(each.frames for each in crowd),
        "states": sum(each.states for each in crowd),
        "bytes": sum(each.size for each in crowd),
        "back": back,
    }
    print(json.dumps(seen), flush=True)
    for task in readers:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5])))
