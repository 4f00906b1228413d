"""Reading a cluster's log of hops through its host: pieces of it, and the state that stood behind any hop."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from cluster.engine.trace import Hop
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.storage import Compacted, KeyValue, Store
from cluster.runner.host import Host
from cluster.runner.pace import is_quiet
from dashboard import frames, packing

PIECE = 1_000
"""Pods whose cards are worked out at once, about 40 ms, or hops that are read at once."""
FAR = 100_000
"""Hops that are looked through for the ones before that are no routine: seven hours of a cluster in which nothing happens."""
REQUEST_LENGTH = 20
"""Hops within which a request is stored: its stages, reads of etcd, the write."""


async def hop_at(host: Host, seq: int) -> Hop | None:
    """Return one committed hop, or None."""
    if seq < 1:
        return None
    found = await host.hops(after=seq - 1, limit=1)
    return found[0] if found and found[0].seq == seq else None


async def marks_before(host: Host, seq: int, limit: int) -> list[Hop]:
    """Return the last hops before ``seq`` that are no routine, in order: ``limit`` at most, from at most ``FAR`` hops back."""
    marks: list[Hop] = []
    first, upto = max(0, seq - 1 - FAR), min(seq - 1, host.position.seq)
    while upto > first and len(marks) < limit:
        after = max(first, upto - PIECE)
        found = await host.hops(after=after, limit=upto - after)
        marks = [hop for hop in found if not is_quiet(hop)] + marks
        upto = after
    return marks[max(0, len(marks) - limit) :]


async def state_at(host: Host, seq: int) -> Obj:
    """Return the ``state`` message of hop ``seq`` (0: before the first). Raises Compacted, LookupError for no such hop."""
    first, hop = await hop_at(host, 1), await hop_at(host, seq)
    if hop is None and seq != 0:
        raise LookupError(f"there is no hop {seq}")
    revision = await host.revision_at(seq)
    objects, pods = await _cards_at(host, revision)
    return frames.state(
        objects,
        pods,
        seq=seq,
        head=max(host.position.seq, seq),
        began=first.at if first else SimTime(0),
        now=hop.at if hop else SimTime(0),
        revision=revision,
        control=host.control,
    )


async def _cards_at(host: Host, revision: int) -> tuple[Obj, Obj | None]:
    """Return the cards at a revision, many pods packed. The cluster goes on between pieces of the work."""
    values = await host.read(lambda store: frames.values_at(store, revision))
    pods = [value for value in values if frames.is_pod(value)]
    objects = await host.read(lambda store: frames.other_cards(store, values, revision))
    if len(pods) <= packing.PLAIN:
        return objects | await host.read(lambda store: frames.cards_of_pods(store, pods)), None
    packed = packing.nothing()
    for start in range(0, len(pods), PIECE):
        await host.read(partial(_pack, pods[start : start + PIECE], packed))
    return objects, packed


def _pack(pods: Sequence[KeyValue], packed: Obj, store: Store) -> None:
    packing.pack(pods, packing.shapes_of(store), packed)


async def frame_of(host: Host, hops: Sequence[Hop]) -> Obj:
    """Return the ``frame`` message of ``hops``. Raises Compacted when their values are no longer kept."""
    cards = await host.read(lambda store: frames.cards_of(store, hops))
    return frames.frame(hops, cards, host.control)


async def hop_documents(host: Host, hops: Sequence[Hop]) -> list[Obj]:
    """Return hops as the page gets them; without their cards where those are no longer kept."""
    try:
        cards = await host.read(lambda store: frames.cards_of(store, hops))
    except Compacted:
        cards = {}
    return [frames.hop_document(hop, cards) for hop in hops]


async def write_of(host: Host, request: Hop) -> Hop | None:
    """Return the hop with which a request was stored, or None when it was refused or stored nothing."""
    for hop in await host.hops(after=request.seq, limit=REQUEST_LENGTH):
        if hop.cause == request.seq and frames.is_write(hop):
            return hop
    return None
