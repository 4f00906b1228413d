"""When a schedule strikes next, in the time zone it is meant in.

Where clocks are put forward, what was planned for the hour that does not exist is left out; where they are put back, what was planned
for the hour that comes twice is done twice. A day that does not come within five years (the 31st of February) never comes.

Upstream: ``github.com/robfig/cron/v3`` (``spec.go``, ``constantdelay.go``), ``pkg/controller/cronjob/cronjob_controllerv2.go``
(``formatSchedule``).
"""

from __future__ import annotations

import datetime
import re
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass

from cluster.machinery.cron import Schedule, ScheduleError, parse_schedule
from cluster.machinery.meta import SECOND, Obj, SimTime

_ZONE_PREFIX = re.compile(r"(?:CRON_)?TZ=(\S*) ")
_YEARS = 5
_MINUTE = datetime.timedelta(minutes=1)
_DAY = datetime.timedelta(days=1)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class TimeZoneError(ValueError):
    """There is no such time zone; the message is upstream's."""


def load_zone(name: str) -> datetime.tzinfo:
    """Return a time zone; ``""`` is UTC. Raises TimeZoneError."""
    try:
        return zoneinfo.ZoneInfo(name or "UTC")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise TimeZoneError(f"unknown time zone {name}") from None


@dataclass(frozen=True, slots=True)
class Timetable:
    """A schedule and the zone whose clocks it means."""

    schedule: Schedule
    zone: datetime.tzinfo

    def next(self, moment: SimTime) -> SimTime | None:
        """Return the first time after ``moment``, None for never."""
        if self.schedule.every:
            return SimTime(moment - moment % SECOND + round(self.schedule.every * SECOND))
        start = _EPOCH + datetime.timedelta(microseconds=moment)
        day = start.astimezone(self.zone).date()
        last_year = day.year + _YEARS
        while day.year <= last_year:
            if self._is_wanted(day):
                for struck in self._of_day(day):
                    if struck > start:
                        return SimTime(round((struck - _EPOCH) / datetime.timedelta(seconds=1)) * SECOND)
            day += _DAY
        return None

    def _is_wanted(self, day: datetime.date) -> bool:
        schedule = self.schedule
        if day.month not in schedule.months:
            return False
        is_day, is_weekday = day.day in schedule.days, day.isoweekday() % 7 in schedule.weekdays
        if schedule.any_day or schedule.any_weekday:
            return is_day and is_weekday
        return is_day or is_weekday

    def _of_day(self, day: datetime.date) -> Iterator[datetime.datetime]:
        """Yield the times of one day, hour by hour as they pass, not as the clock counts them."""
        minutes = sorted(self.schedule.minutes)
        at = datetime.datetime.combine(day, datetime.time(), self.zone).astimezone(datetime.UTC)
        while (local := at.astimezone(self.zone)).date() == day:
            if local.hour in self.schedule.hours:
                yield from (at + (minute - local.minute) * _MINUTE for minute in minutes if minute >= local.minute)
            at += (60 - local.minute) * _MINUTE


def timetable_of(cron_job: Obj) -> Timetable:
    """Return when a CronJob is due: a zone within the schedule goes before ``spec.timeZone``. Raises ScheduleError."""
    spec = cron_job["spec"]
    text: str = spec["schedule"]
    zone_name: str = spec.get("timeZone") or ""
    named = _ZONE_PREFIX.match(text)
    if named is not None:
        zone_name, text = named.group(1), text[named.end() :].strip()
    try:
        zone = load_zone(zone_name)
    except TimeZoneError as error:
        if named is not None:
            raise ScheduleError(f"provided bad location {zone_name}: {error}") from None
        zone = datetime.UTC
    return Timetable(parse_schedule(text), zone)
