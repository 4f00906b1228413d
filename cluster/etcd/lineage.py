"""Where the log of a branch lies: its past with the cluster that it was made from, what came after with itself.

A branch copies the values that stood at its beginning, and nothing else: what was before is written once and never changes, so
it is read where it is. Copying 100,000 hops with the writes behind them for each student of a class would take seconds
and tens of megabytes each, while all other writers wait. The price: a cluster cannot be deleted while it has branches, and a
compaction leaves what lies before its latest branch on the disk.

etcd has no branches. A snapshot that is restored elsewhere comes nearest; it brings no history along.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cluster.models import Cluster

OPEN = 2**62
"""Larger than any revision and any hop's number."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of a log that lies with one cluster: what comes after one revision and hop, up to others."""

    cluster_id: int
    after_revision: int = 0
    after_hop: int = 0
    upto_revision: int = OPEN
    upto_hop: int = OPEN

    @property
    def is_whole(self) -> bool:
        """Whether all of that cluster's rows belong to it."""
        return (self.after_revision, self.after_hop, self.upto_revision, self.upto_hop) == (0, 0, OPEN, OPEN)


def lineage_of(cluster_id: int) -> tuple[Stretch, ...]:
    """Return where a cluster's log lies, oldest part first. Never changes. Raises Cluster.DoesNotExist."""
    return tuple(_stretches(cluster_id))


def _stretches(cluster_id: int) -> Iterator[Stretch]:
    parent, revision, hop = Cluster.objects.values_list("parent_id", "forked_revision", "forked_hop").get(pk=cluster_id)
    if parent is not None:
        for stretch in _stretches(parent):
            if stretch.after_hop < hop or stretch.after_revision < revision:
                yield replace(stretch, upto_revision=min(stretch.upto_revision, revision), upto_hop=min(stretch.upto_hop, hop))
    yield Stretch(cluster_id, revision, hop)
