"""The log of hops as the database keeps it: the hops of a commit together, packed into blocks.

A starting pod leaves a hundred hops. A row for each cost more than the rest of what its start writes; a block is one row, its
hops are a list in JSON in the order of their numbers, which therefore need not be written down. What is looked up by something else
than its number, the scheduler's decision about a pod, has a small index of its own.

Upstream has no counterpart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson
from django.db import connection

from cluster.engine.trace import Hop
from cluster.machinery.meta import Obj, SimTime
from cluster.models import Decision, HopBlock, Revision

FILTER, SCORE = "kube-scheduler/filter", "kube-scheduler/score"
"""Targets of the scheduler's two hops of a decision, which follow each other."""
LONGEST_BLOCK = 500
"""Hops in a block at most: a reader that wants one of them reads all."""

_BLOCK = f"INSERT INTO {HopBlock._meta.db_table} (cluster_id, last, first, hops) VALUES (%s, %s, %s, %s)"
_DECISION = f"INSERT INTO {Decision._meta.db_table} (cluster_id, seq, pod) VALUES (%s, %s, %s)"
_Packed = tuple[int, int, int, str, str, str, str, int, str, Obj | None, bool]


class HopLog:
    """The hops of one cluster. Transactions are the caller's."""

    def __init__(self, cluster_id: int) -> None:
        self._id = cluster_id

    def append(self, hops: Sequence[Hop]) -> None:
        """Write hops that follow each other, and what was written before, without a gap."""
        if not hops:
            return
        blocks = [hops[first : first + LONGEST_BLOCK] for first in range(0, len(hops), LONGEST_BLOCK)]
        decided = [(self._id, hop.seq, hop.key.removeprefix("pods/")) for hop in hops if hop.target == FILTER]
        with connection.cursor() as cursor:
            cursor.executemany(_BLOCK, [(self._id, block[-1].seq, block[0].seq, pack(block)) for block in blocks])
            cursor.executemany(_DECISION, decided)

    def read(self, after: int, limit: int) -> list[Hop]:
        """Read hops after a sequence number, in order."""
        blocks = HopBlock.objects.filter(cluster_id=self._id, last__gt=after, first__lte=after + limit).order_by("last")
        found = (hop for first, packed in blocks.values_list("first", "hops") for hop in unpack(first, packed, after, after + limit))
        return list(found)

    def decision(self, pod: str, revision: int | None) -> tuple[Hop, Hop | None] | None:
        """Read how the scheduler last decided about a pod, until a revision: the hop to its filters, and to its scores if it ranked."""
        decisions = Decision.objects.filter(cluster_id=self._id, pod=pod)
        if revision is not None:
            history = Revision.objects.filter(cluster_id=self._id, revision__lte=revision).order_by("-revision")
            decisions = decisions.filter(seq__lte=history.values_list("hop", flat=True).first() or 0)
        seq = decisions.order_by("-seq").values_list("seq", flat=True).first()
        if seq is None:
            return None
        filtered, *following = self.read(seq - 1, 2)
        return filtered, following[0] if following and following[0].target == SCORE else None


def pack(hops: Sequence[Hop]) -> bytes:
    """Write hops as they stand in a block."""
    rows: list[_Packed] = [
        (
            hop.at,
            hop.step,
            hop.cause,
            hop.source,
            hop.target,
            hop.verb,
            hop.key,
            hop.revision,
            hop.outcome,
            hop.detail,
            hop.is_routine,
        )
        for hop in hops
    ]
    return orjson.dumps(rows)


def unpack(first: int, packed: bytes | memoryview, after: int, upto: int) -> Iterator[Hop]:
    """Read the hops of a block whose numbers lie after one number and go up to another. ``first``: the number of the block's first hop."""
    rows: list[_Packed] = orjson.loads(packed)
    begin = max(after + 1 - first, 0)
    for seq, row in enumerate(rows[begin : upto + 1 - first], start=first + begin):
        at, step, cause, source, target, verb, key, revision, outcome, detail, is_routine = row
        yield Hop(seq, SimTime(at), step, cause, source, target, verb, key, revision, outcome, detail, is_routine)
