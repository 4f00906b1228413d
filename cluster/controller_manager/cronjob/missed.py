"""Which start of a CronJob is due, and when to look again. Pure.

Missed starts are counted by the distance of the first two after the last one that was kept, not one by one: a clock that is off by
years would keep the controller busy.

Upstream: ``pkg/controller/cronjob/utils.go``.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

from cluster.controller_manager.cronjob.timetable import Timetable
from cluster.machinery.meta import SECOND, Obj, SimTime, after, parse_timestamp

TOO_MANY = 100
"""Starts: more missed ones than these are told of."""
_PADDING = 0.1
"""Seconds by which the controller looks later than the schedule says: clocks differ a little."""


class UnkeepableScheduleError(ValueError):
    """The schedule never strikes; the message is upstream's."""


class Missed(enum.IntEnum):
    """How many starts were missed."""

    NONE = 0
    FEW = 1
    MANY = 2


class Recent(NamedTuple):
    """``earliest``: the moment since when starts count; ``due``: the last one since then, None for none."""

    earliest: SimTime
    due: SimTime | None
    missed: Missed


def earliest_time(cron_job: Obj, now: SimTime, *, within_deadline: bool) -> SimTime:
    """Return since when starts count: the last one kept, or the CronJob's making. ``within_deadline``: not older than
    ``spec.startingDeadlineSeconds``."""
    last = (cron_job.get("status") or {}).get("lastScheduleTime") or cron_job["metadata"].get("creationTimestamp")
    earliest = parse_timestamp(last) if last else SimTime(0)
    deadline = cron_job["spec"].get("startingDeadlineSeconds")
    if within_deadline and deadline is not None:
        return max(earliest, after(now, -deadline))
    return earliest


def most_recent(cron_job: Obj, now: SimTime, timetable: Timetable, *, within_deadline: bool) -> Recent:
    """Return the last start that is due. Raises UnkeepableScheduleError."""
    earliest = earliest_time(cron_job, now, within_deadline=within_deadline)
    first = timetable.next(earliest)
    second = timetable.next(first) if first is not None else None
    if first is not None and now < first:
        return Recent(earliest, None, Missed.NONE)
    if second is not None and now < second:
        return Recent(earliest, first, Missed.NONE)
    if first is None or second is None:
        raise UnkeepableScheduleError("time difference between two schedules is less than 1 second")
    interval = second - first
    count = (now - first) // interval + 1
    due: SimTime | None = None
    # One interval less than there is room for: the schedule need not be an even one.
    at = timetable.next(SimTime(first + (count - 2) * interval))
    while at is not None and at <= now:
        due, at = at, timetable.next(at)
    return Recent(earliest, due, Missed.MANY if count > TOO_MANY else Missed.FEW)


def seconds_until_next(cron_job: Obj, now: SimTime, timetable: Timetable) -> float:
    """Return in how many seconds the controller has to look again."""
    try:
        recent = most_recent(cron_job, now, timetable, within_deadline=False)
    except UnkeepableScheduleError:
        since = now
    else:
        unmissed = recent.earliest if recent.missed is Missed.NONE else now
        since = recent.due if recent.due is not None else unmissed
    following = timetable.next(since)
    return (following - now) / SECOND + _PADDING if following is not None else 0.0
