"""Which writes were alive at a revision: kept at intervals, so that looking back costs the same however long the log is.

etcd keeps its index of keys in memory and rebuilds it when it starts. Here the past is looked at as often as the present:
every ``EVERY`` revisions or more the numbers of the writes that no later one had replaced are written down, eight bytes each. The values
themselves are never copied: they stand in the history, and what was alive at a revision is the keyframe before it and
the few changes since.

Upstream has no counterpart; compare etcd ``server/storage/mvcc/index.go``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

EVERY = 1000
"""Revisions between two keyframes at least."""
SHARE = 16
"""There are more between them where more is alive: at least one for so many writes that a keyframe names. A look back reads all of these
anyway; and of 5,000 nodes, which renew 500 Leases a second, a keyframe every other second would be half of what is written."""


def pack(alive: Iterable[int]) -> bytes:
    """Write revisions down."""
    numbers = sorted(alive)
    return struct.pack(f"<{len(numbers)}q", *numbers)


def unpack(data: bytes) -> set[int]:
    """Read what ``pack`` wrote."""
    return set(struct.unpack(f"<{len(data) // 8}q", data))


def is_due(before: int, revision: int, every: int, alive: int) -> bool:
    """Whether a commit that leads from one revision to another passes a place of a keyframe. ``every``: revisions from one place to the
    next while few writes are ``alive``; twice as many of both, and so on."""
    while every * SHARE < alive:
        every *= 2
    return revision // every > before // every


def advance(alive: set[int], changes: Iterable[tuple[int, int, bool]]) -> set[int]:
    """Follow changes in order, each (revision, the write it replaced or 0, whether it deletes). ``alive`` is changed and returned."""
    for revision, replaced, is_deletion in changes:
        alive.discard(replaced)
        if not is_deletion:
            alive.add(revision)
    return alive
