"""A watch that is held on the loop while its events come from the thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from cluster.apiserver.request import WatchEvent
from cluster.machinery.storage import KeyValue
from cluster.runner.outside_watch import MOST, MOST_AT_ALL, PATIENCE, OutsideWatch


class Cache:
    """A watch cache's watch that the test fills."""

    def __init__(self) -> None:
        self.events: deque[WatchEvent] = deque()
        self.is_stopped = False

    def next(self) -> WatchEvent | None:
        return self.events.popleft() if self.events else None

    @property
    def has_more(self) -> bool:
        return bool(self.events)

    def stop(self) -> None:
        self.is_stopped = True

    def happen(self, *revisions: int) -> None:
        self.events += [WatchEvent("ADDED", KeyValue("/a", b"{}", revision, revision, 1)) for revision in revisions]


class Stand:
    """Both sides: calls that were handed from one to the other wait in a list."""

    def __init__(self) -> None:
        self.cache = Cache()
        self.to_thread: list[Callable[[], None]] = []
        self.rings = 0
        self.stopped: list[OutsideWatch] = []
        self.now = 0.0
        self.watch = OutsideWatch(
            self.cache,
            self.ring,
            on_thread=self.to_thread.append,
            on_loop=lambda call: call(),
            on_stop=self.stopped.append,
            wall=lambda: self.now,
        )

    def ring(self) -> None:
        self.rings += 1

    def read(self) -> list[int]:
        """Take everything that was carried over, as revisions; 0 is the end."""
        taken = []
        while (event := self.watch.next()) is not None:
            taken.append(event.value.mod_revision)
        return taken

    def after(self, seconds: float) -> None:
        """Let so much time pass, and carry over what has come meanwhile."""
        self.now += seconds
        self.watch.carry()


def test_events_come_over_in_order_when_they_are_carried() -> None:
    stand = Stand()
    stand.cache.happen(1, 2)
    before = (stand.watch.has_more, stand.read(), stand.rings)
    stand.watch.carry()
    assert (before, stand.watch.has_more, stand.read(), stand.rings) == ((False, [], 0), True, [1, 2], 1)
    stand.watch.carry()
    assert stand.rings == 1, "nothing new, no call"


def test_the_client_is_called_again_for_events_that_come_while_it_reads() -> None:
    stand = Stand()
    stand.cache.happen(1)
    stand.watch.carry()
    stand.cache.happen(2)
    stand.watch.carry()
    assert (stand.rings, stand.read()) == (2, [1, 2])


INITIAL, LIVE = range(1, 3 * MOST + 1), range(3 * MOST + 1, 4 * MOST + 2)
"""What a watch begins with, and one event too many after that."""


def opened() -> Stand:
    """A watch that has begun with a great many objects, none of which was taken yet."""
    stand = Stand()
    stand.cache.happen(*INITIAL)
    stand.watch.carry()
    return stand


def test_a_client_that_takes_nothing_for_too_long_is_left_without_an_error_at_the_first_gap() -> None:
    stand = opened()
    stand.cache.happen(*LIVE)
    stand.after(0)
    stand.after(PATIENCE)
    before = stand.cache.is_stopped
    stand.after(0.1)
    stand.cache.happen(9999)
    stand.after(1)
    assert (before, stand.cache.is_stopped, stand.stopped, len(stand.cache.events)) == (False, True, [stand.watch], 1)
    assert stand.read() == [*INITIAL, *LIVE[:MOST], 0]


def test_a_client_that_takes_what_waits_in_time_stays() -> None:
    stand = opened()
    stand.cache.happen(*LIVE)
    stand.after(0)
    stand.after(PATIENCE)
    taken = stand.read()
    stand.after(PATIENCE)
    assert (taken, stand.cache.is_stopped) == ([*INITIAL, *LIVE], False)


def test_what_a_watch_begins_with_may_wait() -> None:
    stand = opened()
    stand.after(100 * PATIENCE)
    assert (stand.cache.is_stopped, stand.read()) == (False, [*INITIAL])


def test_a_burst_that_is_too_large_ends_the_watch_at_once() -> None:
    stand = Stand()
    stand.watch.carry()
    stand.cache.happen(*range(1, MOST_AT_ALL + 1))
    stand.watch.carry()
    before = stand.cache.is_stopped
    stand.cache.happen(MOST_AT_ALL + 1)
    stand.watch.carry()
    assert (before, stand.cache.is_stopped, stand.read()) == (False, True, [*range(1, MOST + 1), 0])


def test_a_stop_reaches_the_watch_cache_on_its_thread() -> None:
    stand = Stand()
    stand.watch.stop()
    before = stand.cache.is_stopped
    stand.to_thread.pop()()
    assert (before, stand.cache.is_stopped, stand.stopped) == (False, True, [stand.watch])


def test_a_watch_whose_cluster_was_assembled_anew_ends_with_410() -> None:
    stand = Stand()
    stand.watch.expire()
    event = stand.watch.next()
    assert event is not None
    assert (event.type, event.value.obj["code"], event.value.obj["reason"], stand.rings) == ("ERROR", 410, "Expired", 1)
