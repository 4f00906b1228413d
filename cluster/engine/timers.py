"""Timers on the simulated clock, with ties broken by order of setting."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

from cluster.machinery.meta import SimTime


class Timer:
    """One call in the future. ``seconds``: how far away it was when it was set; ``cause``: the hop because of which.

    ``background``: routine (a heartbeat); nobody waits for it on the screen. ``scheduled``: routine, but what a class waits for when
    nothing else happens (the next run of a CronJob)."""

    __slots__ = ("background", "call", "cancelled", "cause", "name", "scheduled", "seconds", "when")

    def __init__(
        self, when: SimTime, name: str, call: Callable[[], None], cause: int, background: bool, seconds: float, scheduled: bool
    ) -> None:
        self.when, self.name, self.call, self.cause, self.background, self.seconds = when, name, call, cause, background, seconds
        self.scheduled = scheduled
        self.cancelled = False

    def cancel(self) -> None:
        """Make sure that the call never happens. Harmless when it already has."""
        self.cancelled = True


class Timers:
    """A heap of timers, foreground and background ones apart, so that either's next is found at once."""

    def __init__(self) -> None:
        self._heaps: dict[bool, list[tuple[SimTime, int, Timer]]] = {False: [], True: []}
        self._scheduled: list[tuple[SimTime, int, Timer]] = []
        self._count = itertools.count()

    def add(self, timer: Timer) -> Timer:
        """Set a timer and return it, for cancelling."""
        entry = (timer.when, next(self._count), timer)
        heapq.heappush(self._heaps[timer.background], entry)
        if timer.scheduled:
            heapq.heappush(self._scheduled, entry)
        return timer

    def cancel(self, is_meant: Callable[[Timer], bool]) -> None:
        """Cancel all timers that are meant."""
        for heap in self._heaps.values():
            for _, _, timer in heap:
                if is_meant(timer):
                    timer.cancel()

    def next(self, *, background: bool) -> Timer | None:
        """Return the timer due first among the foreground or the background ones, without removing it."""
        heap = self._heaps[background]
        while heap and heap[0][2].cancelled:
            heapq.heappop(heap)
        return heap[0][2] if heap else None

    def next_scheduled(self, now: SimTime) -> Timer | None:
        """Return the timer due first after ``now`` among the scheduled ones, without removing it."""
        heap = self._scheduled
        while heap and (heap[0][2].cancelled or heap[0][0] <= now):
            heapq.heappop(heap)
        return heap[0][2] if heap else None

    def pop_due(self, now: SimTime) -> Timer | None:
        """Remove and return the earliest timer that is due at ``now``, or None."""
        self.next(background=False)
        self.next(background=True)
        foreground, background = self._heaps[False], self._heaps[True]
        heap = background if not foreground or (background and background[0] < foreground[0]) else foreground
        return heapq.heappop(heap)[2] if heap and heap[0][0] <= now else None
