"""Both stores on a bench: in memory and in the database, each with what it was made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cluster.engine.clock import Clock
from cluster.engine.trace import Hop, Trace
from cluster.etcd.memory import MemoryStore
from cluster.etcd.rows import Rows
from cluster.etcd.store import DatabaseStore
from cluster.machinery.meta import SimTime
from cluster.machinery.storage import Store
from cluster.models import Cluster


@dataclass
class Bench:
    """A store with what it was made of. ``hops`` reads the committed log; ``set_epoch`` moves the lease on."""

    store: Store
    trace: Trace
    clock: Clock
    hops: Callable[[], list[Hop]]
    set_epoch: Callable[[int], object]
    commits: list[int] = field(default_factory=list)


def memory() -> Bench:
    clock = Clock(SimTime(1000))
    trace = Trace(clock)
    store = MemoryStore(trace, clock)
    return Bench(store, trace, clock, lambda: store.hops, lambda epoch: setattr(store, "epoch", epoch))


def database(kept: int, keyframe_every: int = 1000) -> Bench:
    clock = Clock(SimTime(0))
    trace = Trace(clock)
    row = Cluster.objects.create(name="demo", seed=1, now=1000)
    store = DatabaseStore(row.pk, trace, clock, kept=kept, keyframe_every=keyframe_every)
    rows = Rows(row.pk)
    return Bench(store, trace, clock, lambda: rows.hops(0, 1000), lambda epoch: Cluster.objects.filter(pk=row.pk).update(lease_epoch=epoch))
