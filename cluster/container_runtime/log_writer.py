"""From what programs write to lines of a log file.

containerd writes a line when it has ended, or 16 KiB of it as a partial one; what has no end when the program ends is written too. The
kubelet rotates the file at ``containerLogMaxSize`` (10Mi), and ``kubectl logs`` shows the newest file only. Here lines are kept in
chunks, so that a container that writes all the time does not write all its log anew each time; the oldest chunks go when there are more
than that.

Upstream: ``github.com/containerd/containerd``, ``internal/cri/io/logger.go``; ``pkg/kubelet/logs/container_log_manager.go``.
"""

from __future__ import annotations

from cluster.container_runtime.records import ContainerRecord, LogLine
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.node_storage import NodeStorage

MAX_LINE = 16_384
CHUNK_LINES = 100
MAX_CHUNKS = 1_000
"""Of 100 lines each: about 10 MiB of lines of 100 characters."""
STDOUT = "stdout"


def write(container: ContainerRecord, at: SimTime, stream: str, data: bytes) -> None:
    """Add what a program has written to its container's log."""
    *lines, rest = (container.partial.pop(stream, "") + data.decode(errors="replace")).split("\n")
    for line in lines:
        _add(container, at, line.removesuffix("\r"), stream)
    while len(rest) > MAX_LINE:
        container.log.append([at, rest[:MAX_LINE], stream, True])
        rest = rest[MAX_LINE:]
    if rest:
        container.partial[stream] = rest


def finish(container: ContainerRecord, at: SimTime) -> None:
    """Write what has no end, and forget what an image's program would have written later."""
    for stream, rest in list(container.partial.items()):
        _add(container, at, rest, stream)
    container.partial.clear()
    container.log[:] = [line for line in container.log if moment_of(line) <= at]


def move_chunks(storage: NodeStorage, container: ContainerRecord, now: SimTime) -> None:
    """Move whole chunks of past lines out of the container's record."""
    while len(container.log) > CHUNK_LINES and moment_of(container.log[CHUNK_LINES - 1]) <= now:
        first, following = container.chunks or (0, 0)
        storage.put(chunk_key(container.id, following), {"lines": container.log[:CHUNK_LINES]})
        del container.log[:CHUNK_LINES]
        following += 1
        if following - first > MAX_CHUNKS:
            storage.put(chunk_key(container.id, first), None)
            first += 1
        container.chunks = [first, following]


def remove_chunks(storage: NodeStorage, container: ContainerRecord) -> None:
    """Forget a container's moved lines."""
    for number in range(*(container.chunks or (0, 0))):
        storage.put(chunk_key(container.id, number), None)


def all_lines(storage: NodeStorage, container: ContainerRecord) -> tuple[int, list[LogLine]]:
    """Return how many lines are gone, and those that are left."""
    first, following = container.chunks or (0, 0)
    lines: list[LogLine] = []
    for number in range(first, following):
        chunk: Obj = storage.get(chunk_key(container.id, number)) or {"lines": []}
        lines += chunk["lines"]
    return first * CHUNK_LINES, lines + container.log


def chunk_key(container_id: str, number: int) -> str:
    """Return the key of a node's record with a part of a log."""
    return f"logs/{container_id}/{number:06d}"


def moment_of(line: LogLine) -> SimTime:
    """Return when a line was written."""
    return SimTime(int(line[0]))


def _add(container: ContainerRecord, at: SimTime, text: str, stream: str) -> None:
    line: LogLine = [at, text] if stream == STDOUT else [at, text, stream]
    place = len(container.log)
    while place and moment_of(container.log[place - 1]) > at:
        place -= 1
    container.log.insert(place, line)
