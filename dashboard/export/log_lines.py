"""The log of a cluster as lines, read in pieces while it is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from cluster.etcd import log_file
from cluster.machinery.meta import SimTime
from cluster.machinery.storage import Event, Store
from cluster.runner.host import Host
from dashboard import log

PIECE = 500
"""Hops that are read at once: the cluster's thread has other work, too."""


async def lines(host: Host, first: int, last: int) -> AsyncIterator[bytes]:
    """Write the log from hop ``first`` to hop ``last``, both included, in pieces of whole lines.

    Where history has been compacted only writes after that are there; what stood then begins the file.
    """
    wanted = await host.revision_at(first - 1)
    revision, values = await host.read(lambda store: _beginning(store, wanted))
    began = await log.hop_at(host, 1)
    moment = began.at if began else SimTime(0)
    yield log_file.header_line(log_file.Header(host.name, host.seed, moment, first, last, revision))
    yield b"".join(values)
    written = 0
    for after in range(first - 1, last, PIECE):
        hops = await host.hops(after=after, limit=min(PIECE, last - after))
        upto = await host.revision_at(hops[-1].seq)
        writes = await host.read(lambda store, low=revision, high=upto: _writes(store, low, high))  # type: ignore[misc]
        written += len(writes)
        revision = max(revision, upto)
        piece = []
        pending = list(reversed(writes))
        for hop in hops:
            piece.append(log_file.hop_line(hop))
            while pending and pending[-1].hop <= hop.seq:
                piece.append(log_file.write_line(pending.pop()))
        piece += [log_file.write_line(event) for event in reversed(pending)]
        yield b"".join(piece)
    yield log_file.end_line(len(values), last - first + 1, written)


def _beginning(store: Store, wanted: int) -> tuple[int, list[bytes]]:
    """The revision that a file begins with, and what stood there."""
    revision = max(wanted, store.compacted)
    if revision == 0:
        return 0, []
    return revision, [log_file.value_line(kv) for kv in store.list("", revision=revision).items]


def _writes(store: Store, after: int, upto: int) -> Sequence[Event]:
    return store.events("", after=after, limit=upto - after) if upto > after else []
