"""The log of hops as the database keeps it: the hops of a commit together, packed into blocks.

A starting pod leaves a hundred hops. A row for each cost more than the rest of what its start writes; a block is one row, its
hops are a list in JSON in the order of their numbers, which therefore need not be written down. Hops resemble each other: compressed they
take a tenth of the room, 14 bytes each, and the processor spends on that what it saves in writing. What is looked up by something
else than its number, the scheduler's decision about a pod, has a small index of its own.

Upstream has no counterpart.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import orjson
from django.db import connection

from cluster.engine.trace import Hop
from cluster.etcd.lineage import Stretch, lineage_of
from cluster.machinery.meta import Obj, SimTime
from cluster.models import Decision, HopBlock

FILTER, SCORE = "kube-scheduler/filter", "kube-scheduler/score"
"""Targets of the scheduler's two hops of a decision, which follow each other."""
ETCD_WRITES = ("put", "delete")
SWITCHES = ("stop", "start")
"""What is done to a machine itself: it changes the card of its Node."""
BREAK, MEND = "break", "mend"
"""What is done to a component on purpose: it changes what is known to be broken."""
PROGRESS = "progress"
"""How far a drain has come."""
_NOTES = (BREAK, MEND, PROGRESS)
BACK_AT_ONCE = 4
"""Blocks read at once on the way back."""
LONGEST_BLOCK = 500
"""Hops in a block at most: a reader that wants one of them reads all."""

_BLOCK = f"INSERT INTO {HopBlock._meta.db_table} (cluster_id, last, first, hops) VALUES (%s, %s, %s, %s)"
_DECISION = f"INSERT INTO {Decision._meta.db_table} (cluster_id, seq, pod) VALUES (%s, %s, %s)"
_Packed = tuple[int, int, int, str, str, str, str, int, str, Obj | None, bool]


class HopLog:
    """The hops of one cluster. Transactions are the caller's."""

    def __init__(self, cluster_id: int) -> None:
        self._id = cluster_id

    @cached_property
    def _lineage(self) -> tuple[Stretch, ...]:
        return lineage_of(self._id)

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
        found: list[Hop] = []
        for stretch in self._lineage:
            low, high = max(after, stretch.after_hop), min(after + limit, stretch.upto_hop)
            if low < high:
                blocks = HopBlock.objects.filter(cluster_id=stretch.cluster_id, last__gt=low, first__lte=high).order_by("last")
                found += (hop for first, packed in blocks.values_list("first", "hops") for hop in unpack(first, packed, low, high))
        return found

    def last(self, seq: int, is_wanted: Callable[[Hop], bool]) -> Hop | None:
        """Return the last hop of a sort at or before a number."""
        for stretch in reversed(self._lineage):
            low, high = stretch.after_hop, min(seq, stretch.upto_hop)
            if low >= high:
                continue
            blocks = HopBlock.objects.filter(cluster_id=stretch.cluster_id, last__gt=low, first__lte=high).order_by("-last")
            for first, packed in blocks.values_list("first", "hops").iterator(BACK_AT_ONCE):
                for hop in reversed(list(unpack(first, packed, low, high))):
                    if is_wanted(hop):
                        return hop
        return None

    def decision(self, pod: str, upto: int) -> tuple[Hop, Hop | None] | None:
        """Read how the scheduler last decided about a pod, until a hop: the hop to its filters, and to its scores if it ranked."""
        for stretch in reversed(self._lineage):
            decisions = Decision.objects.filter(
                cluster_id=stretch.cluster_id, pod=pod, seq__gt=stretch.after_hop, seq__lte=min(upto, stretch.upto_hop)
            )
            seq = decisions.order_by("-seq").values_list("seq", flat=True).first()
            if seq is not None:
                filtered, *following = self.read(seq - 1, 2)
                return filtered, following[0] if following and following[0].target == SCORE else None
        return None


def is_write(target: str, verb: str) -> bool:
    """Whether a hop to a target may have changed what stands in etcd, switches a machine, or breaks or mends something."""
    return (target == "etcd" and verb in ETCD_WRITES) or (target.startswith("node/") and verb in SWITCHES) or verb in _NOTES


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
    return zlib.compress(orjson.dumps(rows), 1)


def unpack(first: int, packed: bytes | memoryview, after: int, upto: int) -> Iterator[Hop]:
    """Read the hops of a block whose numbers lie after one number and go up to another. ``first``: the number of the block's first hop."""
    rows: list[_Packed] = orjson.loads(zlib.decompress(packed))
    begin = max(after + 1 - first, 0)
    for seq, row in enumerate(rows[begin : upto + 1 - first], start=first + begin):
        at, step, cause, source, target, verb, key, revision, outcome, detail, is_routine = row
        yield Hop(seq, SimTime(at), step, cause, source, target, verb, key, revision, outcome, detail, is_routine)
