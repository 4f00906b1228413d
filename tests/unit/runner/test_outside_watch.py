"""A watch that is held on the loop while its events come from the thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from cluster.apiserver.request import WatchEvent
from cluster.machinery.storage import KeyValue
from cluster.runner.outside_watch import AHEAD, OutsideWatch


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
        self.watch = OutsideWatch(
            self.cache, self.ring, on_thread=self.to_thread.append, on_loop=lambda call: call(), on_stop=self.stopped.append
        )

    def ring(self) -> None:
        self.rings += 1

    def read(self) -> list[int]:
        """Take everything that was carried over, as revisions."""
        taken = []
        while (event := self.watch.next()) is not None:
            taken.append(event.value.mod_revision)
        return taken


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


def test_a_slow_client_leaves_the_rest_in_the_watch_cache() -> None:
    stand = Stand()
    stand.cache.happen(*range(1, 2 * AHEAD + 1))
    stand.watch.carry()
    assert len(stand.cache.events) == AHEAD
    assert stand.read() == list(range(1, AHEAD + 1))
    assert len(stand.to_thread) == 1, "asks once for more"
    stand.to_thread.pop()()
    assert (stand.read(), len(stand.cache.events)) == (list(range(AHEAD + 1, 2 * AHEAD + 1)), 0)


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
