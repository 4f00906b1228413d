"""Schedules of CronJobs: what they mean, and what is said about a text that is none."""

from __future__ import annotations

import pytest

from cluster.machinery.cron import Schedule, ScheduleError, parse_schedule

_ALL = Schedule(
    frozenset(range(60)), frozenset(range(24)), frozenset(range(1, 32)), frozenset(range(1, 13)), frozenset(range(7)), True, True
)


def _with(**fields: object) -> Schedule:
    return Schedule(**{**{name: getattr(_ALL, name) for name in Schedule.__dataclass_fields__}, **fields})


_MEANT = [
    pytest.param("* * * * *", _ALL, id="every minute"),
    pytest.param("? * ? * ?", _ALL, id="question marks are stars"),
    pytest.param("*/20 * * * *", _with(minutes=frozenset({0, 20, 40})), id="every twenty minutes"),
    pytest.param("50/5 * * * *", _with(minutes=frozenset({50, 55})), id="from a minute on"),
    pytest.param("1,3-5 * * * *", _with(minutes=frozenset({1, 3, 4, 5})), id="a list"),
    pytest.param("1-9/4 * * * *", _with(minutes=frozenset({1, 5, 9})), id="a range with a step"),
    pytest.param(
        "0 0 1 JAN,feb *",
        _with(minutes=frozenset({0}), hours=frozenset({0}), days=frozenset({1}), months=frozenset({1, 2}), any_day=False),
        id="names of months",
    ),
    pytest.param("* * * * mon-fri", _with(weekdays=frozenset(range(1, 6)), any_weekday=False), id="names of weekdays"),
    pytest.param("* * */2 * *", _with(days=frozenset(range(1, 32, 2)), any_day=False), id="a star with a step is not any day"),
    pytest.param(
        "@weekly",
        _with(minutes=frozenset({0}), hours=frozenset({0}), weekdays=frozenset({0}), any_weekday=False),
        id="a descriptor",
    ),
    pytest.param("@every 1h30m", Schedule(every=5400.0), id="an interval"),
    pytest.param("@every 10ms", Schedule(every=1.0), id="an interval is a second at least"),
]


@pytest.mark.parametrize(("text", "wanted"), _MEANT)
def test_a_schedule(text: str, wanted: Schedule) -> None:
    assert parse_schedule(text) == wanted


_REFUSED = [
    pytest.param("", "empty spec string", id="nothing"),
    pytest.param("* * * *", "expected exactly 5 fields, found 4: [* * * *]", id="four fields"),
    pytest.param("* * * * * *", "expected exactly 5 fields, found 6: [* * * * * *]", id="a field for seconds"),
    pytest.param("@often", "unrecognized descriptor: @often", id="an unknown descriptor"),
    pytest.param("@every x", 'failed to parse duration @every x: time: invalid duration "x"', id="no interval"),
    pytest.param("@every 5", 'failed to parse duration @every 5: time: missing unit in duration "5"', id="an interval without a unit"),
    pytest.param("61 * * * *", "end of range (61) above maximum (59): 61", id="no such minute"),
    pytest.param("* * 0 * *", "beginning of range (0) below minimum (1): 0", id="no such day"),
    pytest.param("* * * * 7", "end of range (7) above maximum (6): 7", id="Sunday is 0"),
    pytest.param("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1", id="a range that runs back"),
    pytest.param("*/0 * * * *", "step of range should be a positive number: */0", id="a step of nothing"),
    pytest.param("1-2-3 * * * *", "too many hyphens: 1-2-3", id="two ranges in one"),
    pytest.param("1/2/3 * * * *", "too many slashes: 1/2/3", id="two steps in one"),
    pytest.param("a * * * *", 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax', id="no number"),
    pytest.param("*/-1 * * * *", "negative number (-1) not allowed: -1", id="a negative step"),
]


@pytest.mark.parametrize(("text", "complaint"), _REFUSED)
def test_no_schedule(text: str, complaint: str) -> None:
    with pytest.raises(ScheduleError) as refusal:
        parse_schedule(text)
    assert str(refusal.value) == complaint
