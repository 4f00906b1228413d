"""A recording: a cluster that is made of a log from a file and lives no more.

It has the rows that the cluster had which the log is from, so everything that looks back works on it as on any other: states, objects,
etcd's keys, reasons, branches. Nothing runs it and nothing is added to it; a branch of it lives. A log that began late has no history
before that: its first revision counts as compacted.
"""

from __future__ import annotations

from django.db import transaction

from cluster.etcd import keyframes
from cluster.etcd.log_file import Log
from cluster.etcd.rows import Head, Rows
from cluster.machinery.meta import SimTime
from cluster.machinery.storage import Event, KeyValue
from cluster.models import Cluster, Pace


def make_recording(log: Log, name: str) -> Cluster:
    """Write a log down as the cluster ``name``, whole or not at all. Raises django.db.IntegrityError when the name is taken."""
    begins, ends = log.header.revision, log.writes[-1].revision if log.writes else log.header.revision
    now = SimTime(max(hop.at for hop in log.hops))
    step = max(hop.step for hop in log.hops)
    with transaction.atomic():
        made = Cluster.objects.create(name=name, seed=log.header.seed, now=now, pace=Pace.LECTURE, is_paused=True, recorded_from=begins)
        rows = Rows(made.pk)
        rows.write([Event(kv.mod_revision, kv.key, kv, None, 0) for kv in log.values], [], Head(begins, begins, 0, 0, now, 0))
        alive = {kv.key: kv for kv in log.values}
        if alive:
            rows.write_keyframe(begins, alive.values())
        _write(rows, log, alive, Head(ends, begins, len(log.hops), step, now, 0))
    return made


def _write(rows: Rows, log: Log, alive: dict[str, KeyValue], head: Head) -> None:
    """Write what the log changed in stretches between two keyframes."""
    first = 0
    for index, event in enumerate(log.writes):
        if event.kv is None:
            alive.pop(event.key, None)
        else:
            alive[event.key] = event.kv
        if keyframes.is_due(event.revision - 1, event.revision, keyframes.EVERY, len(alive)):
            rows.write(log.writes[first : index + 1], [], head)
            rows.write_keyframe(event.revision, alive.values())
            first = index + 1
    rows.write(log.writes[first:], log.hops, head)
