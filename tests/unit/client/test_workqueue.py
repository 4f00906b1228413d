"""Work queues: each key once, failures again with a growing delay."""

from __future__ import annotations

import itertools

from cluster.client.flowcontrol import KeyRates
from cluster.client.workqueue import Result, WorkQueue
from cluster.engine.clock import Clock
from cluster.engine.engine import Engine
from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.machinery.errors import conflict
from cluster.machinery.meta import SECOND, Key, SimTime

START = SimTime(1_700_000_000 * SECOND)


class Recorder:
    """A reconciler that notes when it was called and answers as told."""

    def __init__(self, *answers: Result | Exception) -> None:
        self.calls: list[tuple[str, int]] = []
        self._answers = list(answers)

    def __call__(self, key: Key, now: SimTime) -> Result:
        self.calls.append((key, now - START))
        answer = self._answers.pop(0) if self._answers else Result()
        if isinstance(answer, Exception):
            raise answer
        return answer


def queue(recorder: Recorder) -> tuple[Engine, WorkQueue]:
    clock = Clock(START)
    engine = Engine(clock, Trace(clock), Rng(1), strict=True)
    return engine, WorkQueue("lane", engine, recorder)


def run(engine: Engine, seconds: float) -> None:
    engine.run_until(SimTime(engine.clock.now + round(seconds * SECOND)))


def test_a_key_that_waits_is_not_added_again() -> None:
    recorder = Recorder()
    engine, subject = queue(recorder)
    for key in ("a", "b", "a"):
        subject.add(Key(key))
    assert (len(subject), subject.adds) == (2, 3)
    run(engine, 0)
    assert recorder.calls == [("a", 0), ("b", 0)]


def test_a_key_that_waits_without_a_cause_has_the_first_that_there_is() -> None:
    engine, _ = queue(Recorder())
    seen: list[int] = []

    def note(key: Key, now: SimTime) -> Result:
        seen.append(engine.trace.current)
        return Result()

    subject = WorkQueue("lane", engine, note)
    for cause in (0, 7, 9):
        with engine.trace.caused_by(cause):
            subject.add(Key("a"))
    run(engine, 0)
    assert seen == [7]


def test_a_refused_key_comes_back_with_a_delay_that_doubles_and_begins_anew_after_a_success() -> None:
    refusal = conflict("", "pods", "a", "why")
    recorder = Recorder(refusal, refusal, refusal, Result())
    engine, subject = queue(recorder)
    subject.add(Key("a"))
    run(engine, 1)
    assert [at for _, at in recorder.calls] == [0, 5_000, 15_000, 35_000]
    assert subject.retries(Key("a")) == 0


def test_the_delay_of_retries_has_an_end() -> None:
    refusal = conflict("", "pods", "a", "why")
    recorder = Recorder(*[refusal] * 20)
    engine, subject = queue(recorder)
    subject.add(Key("a"))
    run(engine, 5000)
    gaps = [later - sooner for (_, sooner), (_, later) in zip(recorder.calls, recorder.calls[1:], strict=False)]
    assert max(gaps) == 1000 * SECOND


def test_a_controller_may_wait_longer_before_it_tries_again_and_less_in_the_end() -> None:
    refusal = conflict("", "pods", "a", "why")
    recorder = Recorder(*[refusal] * 4)
    engine, _ = queue(recorder)
    subject = WorkQueue("lane", engine, recorder, base_delay=1.0, max_delay=3.0)
    subject.add(Key("a"))
    run(engine, 20)
    assert [at // SECOND for _, at in recorder.calls][:5] == [0, 1, 3, 6, 9]


def test_a_result_can_ask_for_another_time() -> None:
    recorder = Recorder(Result(requeue_after=2.5))
    engine, subject = queue(recorder)
    subject.add(Key("a"))
    run(engine, 10)
    assert recorder.calls == [("a", 0), ("a", 2_500_000)]


def test_of_two_delays_of_one_key_the_earlier_counts() -> None:
    recorder = Recorder()
    engine, subject = queue(recorder)
    for seconds in (3, 1, 2):
        subject.add_after(Key("a"), seconds)
    run(engine, 10)
    assert recorder.calls == [("a", 1_000_000)]


def test_the_cause_of_a_key_is_what_was_happening_when_it_was_added() -> None:
    recorder = Recorder()
    engine, subject = queue(recorder)
    causes: list[int] = []

    def reconcile(key: Key, now: SimTime) -> Result:
        causes.append(engine.trace.current)
        return recorder(key, now)

    subject = WorkQueue("lane", engine, reconcile)
    with engine.trace.caused_by(4):
        subject.add(Key("a"))
    with engine.trace.caused_by(9):
        subject.add(Key("b"))
        subject.add(Key("a"))
    run(engine, 0)
    assert causes == [4, 9]


def test_a_key_that_keeps_changing_is_worked_on_in_a_burst_and_then_20_times_a_second() -> None:
    recorder = Recorder()
    engine, subject = queue(recorder)
    engine.trace.current = 7
    for _ in range(200):
        subject.add(Key("a"))
        run(engine, 0.01)
    times = [at for _, at in recorder.calls]
    assert times[:37] == [10_000 * number for number in range(37)]
    assert {later - earlier for earlier, later in itertools.pairwise(times[37:])} == {50_000}
    assert len(times) == 30 + 2 * 20


def test_what_changes_while_a_key_is_held_back_is_one_reconcile_caused_by_the_first_change() -> None:
    causes: list[int] = []
    clock = Clock(START)
    engine = Engine(clock, Trace(clock), Rng(1), strict=True)

    def note(key: Key, now: SimTime) -> Result:
        causes.append(engine.trace.current)
        return Result()

    subject = WorkQueue("lane", engine, note, background=True)
    for number in range(1, 40):
        engine.trace.current = number
        subject.add(Key("a"))
        run(engine, 0)
    assert causes == list(range(1, 31))
    assert subject.adds == 39
    timer = engine.timers.next(background=False)
    assert timer is not None
    assert timer.when - START == 50_000
    run(engine, 0.05)
    assert causes[30:] == [31]


def test_a_key_that_is_held_back_lets_other_keys_pass() -> None:
    recorder = Recorder()
    engine, subject = queue(recorder)
    for _ in range(31):
        subject.add(Key("a"))
        run(engine, 0)
    subject.add(Key("b"))
    run(engine, 0)
    assert recorder.calls[30:] == [("b", 0)]


def test_a_key_that_has_rested_is_forgotten_and_may_burst_again() -> None:
    rates = KeyRates()
    for key in ("a", "b"):
        for _ in range(30):
            rates.take(Key(key), START)
    assert rates.wait(Key("a"), START) == 0.05
    later = SimTime(START + 1_500_000)
    rates.take(Key("c"), later)
    assert len(rates) == 1
    assert rates.wait(Key("a"), later) == 0
