"""How fast simulated time passes."""

from __future__ import annotations

import pytest

from cluster.machinery.meta import SECOND, SimTime
from cluster.runner.timeflow import TimeFlow, is_fast_forward, speed_of

SPEEDS = {
    "lecture: a short wait is shown as long as it is": ("lecture", 1.0, 1.2, 1.0, False),
    "lecture: forty seconds of grace pass in two": ("lecture", 1.0, 40.0, 20.0, True),
    "lecture at double rate: they pass in one": ("lecture", 2.0, 40.0, 40.0, True),
    "lecture: routine alone does not hurry": ("lecture", 2.0, None, 1.0, False),
    "real: a second is a second": ("real", 1.0, 40.0, 1.0, False),
    "real at triple rate": ("real", 3.0, None, 3.0, False),
    "instant: as fast as is allowed": ("instant", 1.0, 40.0, 600.0, False),
    "instant: routine alone does not hurry": ("instant", 1.0, None, 1.0, False),
}


@pytest.mark.parametrize(("pace", "rate", "gap", "speed", "is_shown"), SPEEDS.values(), ids=SPEEDS.keys())
def test_a_wait_is_shortened_when_somebody_waits_for_it(pace: str, rate: float, gap: float | None, speed: float, is_shown: bool) -> None:
    assert (speed_of(pace, rate, gap), is_fast_forward(pace, gap)) == (speed, is_shown)


def test_the_clock_follows_the_wall_along_a_line() -> None:
    flow = TimeFlow(wall=100.0, start=SimTime(5 * SECOND), speed=20.0)
    assert [flow.at(wall) for wall in (99.0, 100.0, 101.5)] == [5 * SECOND, 5 * SECOND, 35 * SECOND]
    assert [flow.until(SimTime(seconds * SECOND), 101.0) for seconds in (5, 25, 45)] == [0.0, 0.0, 1.0]
