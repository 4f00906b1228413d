"""What the processes of ``test_store.py`` do: ``prepare``, ``write <writer> <transactions>`` or ``tail <revisions>``."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
django.setup()

from cluster.engine.clock import Clock  # noqa: E402 - after the settings
from cluster.engine.trace import Trace  # noqa: E402
from cluster.etcd.rows import Rows  # noqa: E402
from cluster.etcd.store import DatabaseStore  # noqa: E402
from cluster.machinery.meta import SimTime  # noqa: E402
from cluster.models import Cluster  # noqa: E402
from tests.processes import begin  # noqa: E402

PUTS = 3
"""Writes, each with a hop, in one transaction."""


def open_store() -> tuple[DatabaseStore, Trace, int]:
    """Open the one cluster."""
    clock = Clock(SimTime(0))
    trace = Trace(clock)
    cluster_id = Cluster.objects.get().pk
    return DatabaseStore(cluster_id, trace, clock, kept=50), trace, cluster_id


def write(writer: str, transactions: int) -> None:
    """Write to a key of its own and to one that all share, as fast as it goes."""
    store, trace, _ = open_store()
    for number in range(transactions):
        with store.transaction():
            for key in (f"/a/{writer}", "/a/shared", f"/a/{writer}/{number}"):
                hop = trace.record(f"writer-{writer}", "etcd", "put", key)
                hop.revision = store.put(key, {"writer": writer, "number": number}, hop=hop.seq).mod_revision


def tail(revisions: int) -> None:
    """Follow events and hops while they are written; every one must come, once, in order, the same in both logs."""
    store, _, cluster_id = open_store()
    rows = Rows(cluster_id)
    seen = seq = 0
    while seen < revisions or seq < revisions:
        store.refresh()
        for event in store.events("/", after=seen):
            assert event.revision == seen + 1, f"revision {event.revision} came after {seen}"
            assert event.hop == event.revision, f"hop {event.hop} wrote revision {event.revision}"
            assert event.kv is not None
            before = store.get(event.key, revision=event.revision - 1)
            assert (event.prev and event.prev.mod_revision) == (before and before.mod_revision)
            seen = event.revision
        for hop in rows.hops(seq, 1000):
            assert (hop.seq, hop.revision) == (seq + 1, seq + 1), f"hop {hop.seq} (revision {hop.revision}) came after {seq}"
            seq = hop.seq


def prepare() -> None:
    """Make the tables, and a cluster that is nothing but its row."""
    begin.migrate()
    Cluster.objects.create(name="demo", seed=1, now=0)


if __name__ == "__main__":
    {
        "prepare": prepare,
        "write": lambda: write(sys.argv[2], int(sys.argv[3])),
        "tail": lambda: tail(int(sys.argv[2])),
    }[sys.argv[1]]()
