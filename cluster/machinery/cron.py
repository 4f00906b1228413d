"""Cron schedules: ``*/5 1-3 * jan mon``, ``@daily``, ``@every 1h30m``.

Upstream reads them with the standard parser of github.com/robfig/cron/v3, whose grammar and messages these are: five fields, names
of months and weekdays, no weekday 7, no second field, no ``L`` or ``#``. Libraries of other dialects accept more.

Upstream: ``github.com/robfig/cron/v3`` (``parser.go``, ``spec.go``), which ``pkg/controller/cronjob`` and ``pkg/apis/batch`` use.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cluster.machinery.errors import quote

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_EVERY = "@every "
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]+", re.ASCII)


class ScheduleError(ValueError):
    """The text is not a schedule; the message is upstream's."""


@dataclass(frozen=True, slots=True)
class _Bounds:
    low: int
    high: int
    names: Mapping[str, int]


_FIELDS = (
    _Bounds(0, 59, {}),
    _Bounds(0, 23, {}),
    _Bounds(1, 31, {}),
    _Bounds(1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    _Bounds(0, 6, {name: number for number, name in enumerate(_WEEKDAYS)}),
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The minutes, hours, days, months and weekdays (0: Sunday) on which to run. A day counts when it is wanted as a day of the month
    or as a weekday, if both fields name some (``any_day``, ``any_weekday``: the field was ``*``). ``every``: seconds between runs
    instead of all this, 0 for none."""

    minutes: frozenset[int] = frozenset()
    hours: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    any_day: bool = False
    any_weekday: bool = False
    every: float = 0.0


def parse_schedule(text: str) -> Schedule:
    """Read a schedule without a time zone. Raises ScheduleError."""
    if not text:
        raise ScheduleError("empty spec string")
    if text.startswith("@"):
        return _described(text)
    words = text.split()
    if len(words) != len(_FIELDS):
        raise ScheduleError(f"expected exactly {len(_FIELDS)} fields, found {len(words)}: [{' '.join(words)}]")
    values = [_field(word, bounds) for word, bounds in zip(words, _FIELDS, strict=True)]
    (minutes, _), (hours, _), (days, any_day), (months, _), (weekdays, any_weekday) = values
    return Schedule(minutes, hours, days, months, weekdays, any_day, any_weekday)


def _described(text: str) -> Schedule:
    if text in _DESCRIPTORS:
        return parse_schedule(_DESCRIPTORS[text])
    if text.startswith(_EVERY):
        try:
            seconds = _duration(text[len(_EVERY) :])
        except ValueError as error:
            raise ScheduleError(f"failed to parse duration {text}: {error}") from None
        return Schedule(every=max(1.0, float(int(seconds))))
    raise ScheduleError(f"unrecognized descriptor: {text}")


def _duration(text: str) -> float:
    """Read a Go duration (``1h30m``) into seconds. Raises ValueError."""
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    sign = -1.0 if text.startswith("-") else 1.0
    if unsigned == "0":
        return 0.0
    parts = list(_DURATION_PART.finditer(unsigned))
    if not parts or "".join(part.group() for part in parts) != unsigned:
        if re.fullmatch(r"\d+\.?\d*|\.\d+", unsigned, re.ASCII):
            raise ValueError(f"time: missing unit in duration {quote(text)}")
        raise ValueError(f"time: invalid duration {quote(text)}")
    return sign * sum(float(part.group(1)) * _UNITS[part.group(2)] for part in parts)


def _field(text: str, bounds: _Bounds) -> tuple[frozenset[int], bool]:
    """Return the numbers of a field, and whether it is ``*``."""
    numbers: set[int] = set()
    is_any = False
    for part in filter(None, text.split(",")):
        found, part_is_any = _range(part, bounds)
        numbers |= found
        is_any = is_any or part_is_any
    return frozenset(numbers), is_any


def _range(text: str, bounds: _Bounds) -> tuple[set[int], bool]:
    limits, *steps = text.split("/")
    low, *rest = limits.split("-")
    is_any = low in ("*", "?")
    if is_any:
        start, end = bounds.low, bounds.high
    else:
        start = end = _number(low, bounds.names)
        if rest:
            end = _number(rest[0], bounds.names)
        if len(rest) > 1:
            raise ScheduleError(f"too many hyphens: {text}")
    step = 1
    if len(steps) > 1:
        raise ScheduleError(f"too many slashes: {text}")
    if steps:
        step = _number(steps[0], {})
        end = end if rest else bounds.high
    _check(start, end, step, text, bounds)
    return set(range(start, end + 1, step)), is_any and step == 1


def _check(start: int, end: int, step: int, text: str, bounds: _Bounds) -> None:
    if start < bounds.low:
        raise ScheduleError(f"beginning of range ({start}) below minimum ({bounds.low}): {text}")
    if end > bounds.high:
        raise ScheduleError(f"end of range ({end}) above maximum ({bounds.high}): {text}")
    if start > end:
        raise ScheduleError(f"beginning of range ({start}) beyond end of range ({end}): {text}")
    if step == 0:
        raise ScheduleError(f"step of range should be a positive number: {text}")


def _number(text: str, names: Mapping[str, int]) -> int:
    if text.lower() in names:
        return names[text.lower()]
    if not _NUMBER.fullmatch(text):
        raise ScheduleError(f"failed to parse int from {text}: strconv.Atoi: parsing {quote(text)}: invalid syntax")
    number = int(text)
    if abs(number) >= 2**63:
        raise ScheduleError(f"failed to parse int from {text}: strconv.Atoi: parsing {quote(text)}: value out of range")
    if number < 0:
        raise ScheduleError(f"negative number ({number}) not allowed: {text}")
    return number
