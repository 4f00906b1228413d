"""The engine's order: deliveries, work, timers; one write a step; the clock only moves between timers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cluster.engine.clock import Clock
from cluster.engine.engine import Engine, Stop
from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.machinery.meta import SECOND, SimTime

START = SimTime(1_700_000_000 * SECOND)


def engine(*, strict: bool = True) -> Engine:
    clock = Clock(START)
    return Engine(clock, Trace(clock), Rng(7), strict=strict)


class Script:
    """A Runnable that does the given things, one a turn."""

    def __init__(self, name: str, *things: Callable[[], None]) -> None:
        self._name, self._things = name, list(things)

    @property
    def name(self) -> str:
        return self._name

    def run_next(self) -> bool:
        self._things.pop(0)()
        return bool(self._things)


def components(subject: Engine, steps: int) -> list[str]:
    done = [subject.step() for _ in range(steps)]
    return [step.component for step in done if step is not None]


def nothing() -> None:
    return None


def test_watch_events_go_before_work_and_work_before_timers() -> None:
    subject = engine()
    subject.after(0, "timer", nothing)
    subject.wake(Script("controller", nothing))
    subject.wake(Script("informer", nothing), delivery=True)
    assert components(subject, 4) == ["informer", "controller", "timer"]


def test_queues_take_turns() -> None:
    subject = engine()
    for name in ("a", "b"):
        subject.wake(Script(name, nothing, nothing))
    assert components(subject, 5) == ["a", "b", "a", "b"]


def test_a_queue_that_is_woken_twice_runs_once() -> None:
    subject = engine()
    script = Script("a", nothing)
    subject.wake(script)
    subject.wake(script)
    assert components(subject, 3) == ["a"]


def test_an_item_stops_after_each_write_and_nothing_comes_between_its_parts() -> None:
    subject = engine()
    written: list[str] = []

    def writes_twice() -> None:
        for name in ("first", "second"):
            subject.trace.record("controller", "kube-apiserver", "POST", name)
            written.append(name)
            subject.checkpoint()

    subject.wake(Script("controller", writes_twice))
    subject.step()
    subject.wake(Script("informer", lambda: written.append("delivered")), delivery=True)
    assert written == ["first"]
    assert components(subject, 2) == ["controller", "controller"]
    assert written == ["first", "second"]
    assert components(subject, 2) == ["informer"]


def test_a_checkpoint_outside_of_an_item_does_nothing() -> None:
    engine().checkpoint()


def test_a_step_tells_its_hops() -> None:
    subject = engine()
    subject.wake(Script("a", lambda: [subject.trace.record("x", "y", "GET") for _ in range(3)] and None))
    step = subject.step()
    assert step is not None
    assert (step.number, step.at, step.component, step.first_hop, step.last_hop) == (1, START, "a", 1, 4)
    assert [(hop.seq, hop.step) for hop in subject.trace.take()] == [(1, 1), (2, 1), (3, 1)]


def test_a_timer_carries_the_hop_that_set_it() -> None:
    subject = engine()
    with subject.trace.caused_by(5):
        subject.after(1, "timer", lambda: subject.trace.record("a", "b", "GET") and None)
    subject.run_until(SimTime(START + 2 * SECOND))
    assert [(hop.cause, hop.at) for hop in subject.trace.take()] == [(5, START + SECOND)]


@pytest.mark.parametrize(
    ("delays", "seconds", "stop", "now", "fired"),
    [
        pytest.param([], 5, Stop.IDLE, 5, [], id="nothing to do: the clock goes to the deadline"),
        pytest.param([1, 3], 5, Stop.IDLE, 5, [1, 3], id="all timers fire in order"),
        pytest.param([3, 1, 9], 5, Stop.DEADLINE, 5, [1, 3], id="a timer behind the deadline waits"),
        pytest.param([5], 5, Stop.IDLE, 5, [5], id="a timer at the deadline fires"),
    ],
)
def test_run_until(delays: list[int], seconds: int, stop: Stop, now: int, fired: list[int]) -> None:
    subject = engine()
    seen: list[int] = []
    for delay in delays:
        subject.after(delay, "timer", lambda delay=delay: seen.append(delay))
    assert subject.run_until(SimTime(START + seconds * SECOND)) is stop
    assert (subject.clock.now - START, seen) == (now * SECOND, fired)


def test_timers_of_one_moment_fire_in_the_order_in_which_they_were_set() -> None:
    subject = engine()
    seen: list[str] = []
    subject.after(1, "t", lambda: seen.append("first"), background=True)
    subject.after(1, "t", lambda: seen.append("second"))
    subject.after(1, "t", lambda: seen.append("third"), background=True)
    subject.run_until(SimTime(START + SECOND))
    assert seen == ["first", "second", "third"]


def test_a_cancelled_timer_never_fires() -> None:
    subject = engine()
    seen: list[str] = []
    subject.after(1, "t", lambda: seen.append("no")).cancel()
    assert subject.run_until(SimTime(START + 2 * SECOND)) is Stop.IDLE
    assert seen == []


def fail() -> None:
    raise LookupError("a defect")


def test_a_strict_engine_lets_a_defect_out() -> None:
    subject = engine()
    subject.wake(Script("a", fail))
    with pytest.raises(LookupError, match="a defect"):
        subject.step()


def test_a_lenient_engine_logs_a_defect_and_goes_on_with_the_rest_of_the_queue(caplog: pytest.LogCaptureFixture) -> None:
    subject = engine(strict=False)
    seen: list[str] = []
    subject.wake(Script("a", fail, lambda: seen.append("rest")))
    assert components(subject, 2) == ["a", "a"]
    assert seen == ["rest"]
    assert "a defect" in caplog.text


def test_an_abandoned_item_does_not_go_on() -> None:
    subject = engine()
    seen: list[str] = []

    def item() -> None:
        subject.checkpoint()
        seen.append("no")

    subject.wake(Script("a", item))
    subject.step()
    subject.abandon()
    assert subject.step() is None
    assert seen == []


def test_draws_depend_on_seed_and_position_only() -> None:
    def draws(seed: int, position: int) -> tuple[str, str]:
        rng = Rng(seed)
        rng.move_to(3)
        rng.suffix()
        rng.move_to(position)
        return rng.suffix(), rng.uid()

    assert draws(1, 9) == draws(1, 9)
    assert draws(1, 9) != draws(1, 10)
    assert draws(1, 9) != draws(2, 9)


def test_a_hop_that_did_not_happen_is_taken_back() -> None:
    trace = Trace(Clock(START))
    kept = trace.record("a", "b", "GET")
    trace.retract(trace.record("a", "c", "GET"))
    with pytest.raises(ValueError, match="only the hop recorded last"):
        trace.retract(trace.record("a", "d", "GET") and kept)
    assert [hop.target for hop in trace.take()] == ["b", "d"]
