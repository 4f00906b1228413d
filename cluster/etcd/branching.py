"""A branch: a new cluster that begins with what stood in another one at a moment of its log.

Its components find that state as after a restart and rebuild themselves from it. See ``lineage.py`` for where its past lies.
"""

from __future__ import annotations

from django.db import transaction

from cluster.etcd.rows import Rows
from cluster.machinery.storage import Compacted
from cluster.models import Cluster


def branch(parent_id: int, seq: int, name: str) -> Cluster:
    """Make the cluster ``name`` of what stood behind hop ``seq`` of another one; paused and paced as that one is now.

    It draws from the same seed: what happens in it as it did in its parent has the same names, as long as it happens at the same hops.
    Raises LookupError for no such hop, Compacted, and django.db.IntegrityError when the name is taken.
    """
    rows = Rows(parent_id)
    with transaction.atomic():
        head = rows.head(lock=True)
        hops = rows.hops(seq - 1, 1) if 1 <= seq <= head.hop_seq else []
        if not hops:
            raise LookupError(f"there is no hop {seq}")
        revision = rows.revision_at(seq)
        if revision < head.compacted:
            raise Compacted(revision, head.compacted)
        parent = Cluster.objects.get(pk=parent_id)
        made = Cluster.objects.create(
            name=name,
            seed=parent.seed,
            revision=revision,
            compacted=head.compacted,
            hop_seq=seq,
            step=rows.step_at(seq),
            now=hops[0].at,
            pace=parent.pace,
            rate=parent.rate,
            is_paused=parent.is_paused,
            parent=parent,
            forked_revision=revision,
            forked_hop=seq,
        )
        Rows(made.pk).begin(revision, rows.values_of(sorted(rows.alive_at(revision))))
    return made
