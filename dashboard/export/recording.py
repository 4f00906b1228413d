"""A session as a saved page carries it: everything that the page would ask a server for, a line of JSON each.

First ``{"state"}``, the picture before the first hop; then ``{"about": {"key", "manifest"}}`` for what stood there already; then every hop,
``{"hop"}``, with the manifest that it wrote, the lines that it changed and the scheduler's table where it has them. Hops are
counted from 1, wherever in the log the session begins. ``static/js/replay/recording.js`` answers the page from these lines.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace

import orjson

from cluster.engine.trace import Hop
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.storage import KeyValue, Store
from cluster.runner.host import Host
from dashboard import frames, inspector, keys, log, rules_table, schedule_table

PIECE = 500
"""Hops that are read at once: the cluster's thread has other work, too."""
MOST_MANIFESTS = 2_000
"""Written manifests that are saved: writing one down as YAML takes a millisecond or two. Later hops have none."""
MOST_ABOUT = 300
"""Manifests of what stood there before, likewise."""


@dataclass(slots=True)
class Manifests:
    """What is known of objects while a session is gone through. ``left``: how many more are written down."""

    left: int = MOST_MANIFESTS
    texts: dict[str, str] = field(default_factory=dict)

    def write(self, value: KeyValue | None, before: KeyValue | None, key: str) -> Obj:
        """Return the manifest that a write left behind and the lines that it changed."""
        self.left -= 1
        old = self.texts.pop(key, None)
        if old is None:
            old = _text(before)
        new = _text(value)
        self.texts[key] = new
        return {"manifest": new or old, "changes": inspector.changed_lines(old, new)}


async def lines(host: Host, first: int, last: int) -> AsyncIterator[bytes]:
    """Write down the hops from ``first`` to ``last``, both included. Raises Compacted where the first picture is no longer kept."""
    before = first - 1
    revision = await host.revision_at(before)
    objects = await host.read(lambda store: frames.objects_at(store, revision))
    about = await host.read(lambda store: _about(store, revision, objects))
    began = await log.hop_at(host, 1)
    start = await log.hop_at(host, before)
    control = replace(host.control, is_paused=True, waiting_for="", waiting_seconds=0.0, stopped_by="", pace="lecture", rate=1.0)
    document = frames.state(
        objects,
        seq=0,
        head=last - before,
        began=began.at if began else SimTime(0),
        now=start.at if start else began.at if began else SimTime(0),
        revision=revision,
        control=control,
    )
    yield _line({"state": document})
    for value in about:
        yield _line({"about": {"key": str(keys.parse(value.key)), "manifest": await asyncio.to_thread(_text, value)}})
    manifests = Manifests()
    for after in range(before, last, PIECE):
        hops = await host.hops(after=after, limit=min(PIECE, last - after))
        for line in await _piece(host, hops, before, manifests):
            yield line


async def _piece(host: Host, hops: Sequence[Hop], before: int, manifests: Manifests) -> list[bytes]:
    documents = await log.hop_documents(host, hops)
    tables = {
        hop.seq: await schedule_table.table_of(host, hop) for hop in hops if hop.target in (schedule_table.FILTER, schedule_table.SCORE)
    }
    rules = {hop.seq: found for hop in hops if (found := await rules_table.rules_of(host, hop)) is not None}
    written = {hop.seq: hop.revision for hop in hops if frames.is_write(hop) and not documents[hop.seq - hops[0].seq]["quiet"]}
    changes = await host.read(lambda store: _changes(store, written))

    def write() -> list[bytes]:
        found = []
        for hop, document in zip(hops, documents, strict=True):
            line: Obj = {"hop": {**document, "seq": hop.seq - before, "cause": max(hop.cause - before, 0)}}
            key = keys.parse(hop.key, host.kinds)
            if hop.seq in changes and manifests.left > 0 and key is not None:
                line |= manifests.write(*changes[hop.seq], str(key))
            if tables.get(hop.seq) is not None:
                line["table"] = tables[hop.seq]
            if hop.seq in rules:
                line["rules"] = rules[hop.seq]
            found.append(_line(line))
        return found

    return await asyncio.to_thread(write)


def _changes(store: Store, written: dict[int, int]) -> dict[int, tuple[KeyValue | None, KeyValue | None]]:
    """What each hop wrote, and what stood there before, as far as it is kept."""
    if not written:
        return {}
    first, last = max(min(written.values()) - 1, store.compacted), max(written.values())
    if first >= last:
        return {}
    events = {event.revision: event for event in store.events(keys.REGISTRY, after=first, limit=last - first)}
    return {seq: (events[revision].kv, events[revision].prev) for seq, revision in written.items() if revision in events}


def _about(store: Store, revision: int, objects: Obj) -> list[KeyValue]:
    """What is drawn before the session begins, the newest of it."""
    if revision == 0:
        return []
    shown = [value for value in store.list(keys.REGISTRY, revision=revision).items if str(keys.parse(value.key)) in objects]
    return sorted(shown, key=lambda value: value.mod_revision)[-MOST_ABOUT:]


def _text(value: KeyValue | None) -> str:
    return inspector.manifest(value.obj) if value is not None else ""


async def compressed(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Compress a stream as gzip does, which browsers undo by themselves."""
    packer = zlib.compressobj(6, wbits=31)
    async for piece in pieces:
        packed = packer.compress(piece)
        if packed:
            yield packed
    yield packer.flush()


def _line(document: Obj) -> bytes:
    return orjson.dumps(document) + b"\n"
