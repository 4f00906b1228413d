"""One side's half of a session between two processes: what it has sent and the other has not taken yet.

Each side writes one record of its own and reads the other's, so nobody waits for a lock and nothing is written by two. A record says
which pieces are under way, how many of the other side's have been taken, and how it ended: one write carries all three.

What is under way is limited: a side that sends faster than the other takes has to wait, and so the store does not grow.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.meta import Obj
from cluster.machinery.storage import Store

WINDOW = 128 * 1024
"""Characters of pieces under way from which on a side has no room."""


class Mailbox:
    """``mine``, ``theirs``: keys of the two records. Belongs to the thread of its store."""

    def __init__(self, store: Store, mine: str, theirs: str) -> None:
        self._store, self._mine, self._theirs = store, mine, theirs
        self._under_way: list[Obj] = []
        self._sent = self._taken = self._untold = 0
        self._end: Obj | None = None

    @property
    def has_room(self) -> bool:
        """Whether more may be sent now."""
        self._forget()
        return sum(map(size_of, self._under_way)) < WINDOW

    def send(self, pieces: Sequence[Obj], end: Obj | None = None) -> None:
        """Send pieces in one write. ``end``: how it ended here; nothing may be sent after it."""
        self._forget()
        self._under_way += pieces
        self._sent += len(pieces)
        self._end = end
        self._write()

    def take(self) -> list[Obj]:
        """Return the pieces that have come since the last time, and let the other side know before it runs out of room."""
        record = self._other()
        pieces: list[Obj] = record.get("pieces", [])
        fresh = pieces[max(self._taken - record.get("first", 0), 0) :]
        self._taken += len(fresh)
        self._untold += sum(map(size_of, fresh))
        if self._untold > WINDOW // 2:
            self._write()
        return fresh

    @property
    def other_has_written(self) -> bool:
        """Whether the other side has been heard of."""
        return bool(self._other())

    @property
    def other_end(self) -> Obj | None:
        """How it ended for the other side, once all its pieces have been taken."""
        record = self._other()
        end: Obj | None = record.get("end")
        return end if end is not None and self._taken >= record["first"] + len(record["pieces"]) else None

    def _other(self) -> Obj:
        found = self._store.get(self._theirs)
        return {} if found is None else found.obj

    def _forget(self) -> None:
        first = self._sent - len(self._under_way)
        del self._under_way[: max(self._other().get("taken", 0) - first, 0)]

    def _write(self) -> None:
        self._untold = 0
        first = self._sent - len(self._under_way)
        self._store.put(self._mine, {"first": first, "pieces": list(self._under_way), "taken": self._taken, "end": self._end})


def size_of(piece: Obj) -> int:
    """Return how many characters of a piece count."""
    return sum(len(value) for value in piece.values() if isinstance(value, str))
