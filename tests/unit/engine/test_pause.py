"""An item that stands still holds up its component and nobody else."""

from __future__ import annotations

from collections.abc import Callable

from cluster.engine.clock import Clock
from cluster.engine.engine import Engine
from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.machinery.meta import SECOND, SimTime


class Items:
    """A Runnable that does what it is given, one thing a turn."""

    def __init__(self, name: str, engine: Engine, *items: Callable[[], None]) -> None:
        self.name, self._engine, self._items = name, engine, list(items)
        engine.wake(self)

    def run_next(self) -> bool:
        self._items.pop(0)()
        return bool(self._items)


class Room:
    """An engine, and what was done at which second."""

    def __init__(self) -> None:
        clock = Clock(SimTime(0))
        self.trace = Trace(clock)
        self.engine = Engine(clock, self.trace, Rng(1), strict=True)
        self.done: list[tuple[int, str]] = []

    def say(self, words: str) -> None:
        self.done.append((self.engine.clock.now // SECOND, words))

    def wait(self, name: str) -> Callable[[], None]:
        def item() -> None:
            with self.trace.routine():
                self.say("asks")
                self.engine.pause(5, name)
                self.say(f"is answered, {'routine' if self.trace.marking[1] else 'not routine'}")

        return item

    def run(self, seconds: int = 60) -> list[tuple[int, str]]:
        self.engine.run_until(SimTime(seconds * SECOND))
        return self.done


def test_others_go_on_while_an_item_stands_still() -> None:
    room = Room()
    Items("a", room.engine, room.wait("a"), lambda: room.say("a goes on"))
    Items("b", room.engine, lambda: room.say(f"b goes on, {'routine' if room.trace.marking[1] else 'not routine'}"))
    assert room.run() == [(0, "asks"), (0, "b goes on, not routine"), (5, "is answered, routine"), (5, "a goes on")]


def test_only_the_component_itself_can_be_held_up() -> None:
    room = Room()
    Items("runner", room.engine, room.wait("a"))
    assert room.run() == [(0, "asks"), (0, "is answered, routine")]


def test_with_its_process_an_item_that_stands_still_is_gone() -> None:
    room = Room()
    Items("a/lane", room.engine, room.wait("a"))
    room.run(1)
    room.engine.forget("a")
    assert (room.run(), room.engine.is_busy, room.trace.marking[1]) == ([(0, "asks")], False, False)


def test_a_component_that_stands_still_has_nothing_to_do_at_this_moment() -> None:
    room = Room()
    Items("a", room.engine, room.wait("a"), lambda: room.say("a goes on"))
    room.engine.step()
    assert (room.engine.is_busy, room.engine.step()) == (False, None)
