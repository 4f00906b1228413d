"""What led to a hop, back to the request that began it.

In a branch components start as after a restart and list what there is, so the first thing that each does names no cause. What made it act
is what it found: an object as it lay in the store when the branch began. There the chain goes on with the write that the object had
last, in the log that the branch shares with its parent. A thing that is new in the branch was made for what owns it.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.engine.trace import Hop
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.meta import controller_of
from cluster.machinery.storage import Store
from cluster.runner.faults.names import OUTSIDE
from cluster.runner.host import Host
from dashboard import keys, log
from dashboard.keys import ObjectKey


async def causes(host: Host, hop: Hop, *, limit: int = 100) -> list[Hop]:
    """Return the chain that led to ``hop``, from the first cause to the hop itself, at most ``limit`` long."""
    chain = [hop]
    while len(chain) < limit:
        cause = await log.hop_at(host, chain[-1].cause or await _found_by(host, chain[-1]))
        if cause is None:
            break
        chain.append(cause)
    return chain[::-1]


async def _found_by(host: Host, hop: Hop) -> int:
    """The last write, before the branch began, of the object that made a component act in it without a cause; 0 for any other hop."""
    began = next((relative.began for relative in await host.family() if relative.name == host.name), 0)
    key = keys.parse(hop.key, host.kinds)
    if not began or hop.seq <= began or hop.source in OUTSIDE or key is None or not key.name:
        return 0
    write = await log.write_of(host, hop)
    found, before, after = await host.revision_at(began), await host.revision_at(hop.seq - 1), write.revision if write else 0
    kinds = host.kinds

    def read(store: Store) -> int:
        if before <= store.compacted:
            return 0
        values = (store.get(each.storage_key, revision=before) for each in _concerned(store, kinds, key, after))
        value = next((value for value in values if value is not None), None)
        if value is None or not store.compacted < value.mod_revision <= found:
            return 0
        return store.events(value.key, after=value.mod_revision - 1, limit=1)[0].hop

    return await host.read(read)


def _concerned(store: Store, kinds: ServedKinds, key: ObjectKey, revision: int) -> Iterator[ObjectKey]:
    """The object itself, and the one that controls what was written of it at ``revision`` (0: nothing was)."""
    yield key
    value = store.get(key.storage_key, revision=revision) if revision else None
    owner = controller_of(value.obj) if value is not None else None
    for kind in kinds.stored if owner is not None else ():
        if owner is not None and (kind.api_version, kind.kind) == (owner["apiVersion"], owner["kind"]):
            yield ObjectKey(kind, key.namespace if kind.namespaced else "", owner["name"])
