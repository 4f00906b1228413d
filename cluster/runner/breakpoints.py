"""The breakpoints of a cluster: kept beside its row, held against every step, found again in its log.

The engine's side asks after each step, which is at most one write, so that a cluster stands still exactly where a condition came true.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cluster.engine.trace import Hop
from cluster.etcd.rows import Rows
from cluster.machinery.storage import Event, Store
from cluster.models import Breakpoint, Cluster
from cluster.runner.conditions import Condition, HopCondition, StateCondition, parse

MOST = 20
"""Breakpoints of one cluster: each of them is held against every write."""
AT_ONCE, HOPS_AT_ONCE = 500, 4000
"""Writes, or hops, that are looked through before anything else may use the cluster's thread."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a condition came true in a part of the log. ``upto``: the hop up to which was looked."""

    seqs: tuple[int, ...]
    upto: int


def read(cluster_id: int) -> tuple[Condition, ...]:
    """Return a cluster's conditions in the order in which they were set."""
    texts = Breakpoint.objects.filter(cluster_id=cluster_id).order_by("pk").values_list("text", flat=True)
    return tuple(parse(text) for text in texts)


def add(cluster_id: int, condition: Condition) -> None:
    """Set one; setting it again changes nothing. Raises ValueError when there are too many."""
    rows = Breakpoint.objects.filter(cluster_id=cluster_id)
    if rows.count() >= MOST and not rows.filter(text=str(condition)).exists():
        raise ValueError(f"a cluster has at most {MOST} breakpoints")
    rows.get_or_create(cluster_id=cluster_id, text=str(condition))


def remove(cluster_id: int, condition: Condition) -> None:
    """Take one away. Harmless when it is not there."""
    Breakpoint.objects.filter(cluster_id=cluster_id, text=str(condition)).delete()


def stop(cluster_id: int, condition: Condition) -> None:
    """Pause the cluster and say because of what."""
    Cluster.objects.filter(pk=cluster_id).update(is_paused=True, steps_due=0, stopped_by=str(condition))


def met(conditions: Sequence[Condition], events: Sequence[Event], hops: Sequence[Hop]) -> Condition | None:
    """Return the first condition that these writes or hops make true."""
    for condition in conditions:
        news: Iterator[bool]
        if isinstance(condition, HopCondition):
            news = (condition.is_met_by(hop) for hop in hops)
        else:
            news = (condition.is_met_by(event) for event in events)
        if any(news):
            return condition
    return None


def search(condition: Condition, store: Store, rows: Rows, *, after: int, head: int) -> Found:
    """Look for a condition in the log behind hop ``after``, in one bounded piece."""
    if isinstance(condition, StateCondition):
        return _search_writes(condition, store, rows, after, head)
    hops = rows.hops(after, HOPS_AT_ONCE)
    return Found(tuple(hop.seq for hop in hops if condition.is_met_by(hop)), hops[-1].seq if len(hops) == HOPS_AT_ONCE else head)


def _search_writes(condition: StateCondition, store: Store, rows: Rows, after: int, head: int) -> Found:
    events = store.events(condition.prefix, after=max(rows.revision_at(after), store.compacted), limit=AT_ONCE)
    seqs = tuple(event.hop for event in events if event.hop > after and condition.is_met_by(event))
    return Found(seqs, max(events[-1].hop, after) if len(events) == AT_ONCE else head)
