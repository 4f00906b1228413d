"""The engine: one work item or one due timer at a time, on one thread, in a repeatable order.

Real components are processes that run at once. Here their loops are interleaved by one deterministic
rule: watch events are delivered first, in order of arrival; then work queues take turns; then due timers.

A work item runs in a greenlet and stops after each of its writes, so that one step is at most one write:
the class can look at the cluster between two pods of one ReplicaSet, and ``kubectl`` sees that very
state. The component's code stays a plain synchronous function. Nothing else runs between two parts of an
item but requests from outside.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

import greenlet

from cluster.engine.clock import Clock
from cluster.engine.rng import Rng
from cluster.engine.timers import Timer, Timers
from cluster.engine.trace import UNMARKED, Marks, Trace
from cluster.machinery.meta import SimTime, after

logger = logging.getLogger(__name__)


class Runnable(Protocol):
    """A queue of things to do: an informer with events to deliver, or a controller with keys to reconcile."""

    @property
    def name(self) -> str:
        """The component it belongs to, as the trace names it."""
        ...

    def run_next(self) -> bool:
        """Do one thing; return whether more is left."""
        ...


class Step(NamedTuple):
    """What one call of ``Engine.step`` did. ``hops``: sequence numbers [first, last), empty when equal."""

    number: int
    at: SimTime
    component: str
    first_hop: int
    last_hop: int


@dataclass(slots=True, eq=False)
class _Waiting:
    """An item that stands still, with what its hops are marked with."""

    item: greenlet.greenlet
    name: str
    cause: int
    marking: Marks
    is_over: bool = False

    def end(self) -> None:
        self.is_over = True


class Stop(Enum):
    """Why ``run_until`` came back."""

    IDLE = "no work and no timer before the deadline"
    DEADLINE = "the clock reached the deadline"
    MAX_STEPS = "the number of steps was used up"


class Engine:
    """Interleaves the components of one cluster. Belongs to one thread.

    ``strict``: let an unexpected exception of a component out (tests) instead of logging it.
    """

    def __init__(self, clock: Clock, trace: Trace, rng: Rng, *, strict: bool = False, next_step: int = 1) -> None:
        self.clock, self.trace, self.rng = clock, trace, rng
        self.timers = Timers()
        self._strict = strict
        self._number = next_step
        self._deliveries: deque[Runnable] = deque()
        self._work: deque[Runnable] = deque()
        self._awake: set[int] = set()
        self._late: dict[int, Runnable] = {}
        self._delay: Callable[[str], float] | None = None
        self._before_step: list[Callable[[], None]] = []
        self._running: greenlet.greenlet | None = None
        self._waiting: list[_Waiting] = []
        self._pause: float | None = None
        self._idle: greenlet.greenlet | None = None
        self._next_call: Callable[[], None] | None = None
        self._running_name = ""
        self._running_cause = 0

    def before_step(self, call: Callable[[], None]) -> None:
        """Call this before each step: the API server's watch cache uses it to notice new revisions."""
        self._before_step.append(call)

    def wake(self, runnable: Runnable, *, delivery: bool = False) -> None:
        """Say that ``runnable`` has something to do. Deliveries of watch events go before other work."""
        if id(runnable) not in self._awake:
            self._awake.add(id(runnable))
            seconds = self._delay(runnable.name) if self._delay is not None else 0.0
            if seconds > 0:
                self._late[id(runnable)] = runnable
                self.after(seconds, runnable.name, lambda: self._line_up(runnable, delivery=delivery))
            else:
                self._line_up(runnable, delivery=delivery)

    def slow_down(self, delay: Callable[[str], float] | None) -> None:
        """Let each thing that a component has to do take ``delay(component)`` seconds (simulated) from now on; None: no time."""
        self._delay = delay

    def forget(self, name: str) -> None:
        """Drop what a component has to do, because its process has ended: its queues and timers, and those of its parts."""
        for queue in (self._deliveries, self._work):
            for runnable in [each for each in queue if _is_part(each.name, name)]:
                queue.remove(runnable)
        self._late = {key: runnable for key, runnable in self._late.items() if not _is_part(runnable.name, name)}
        self._awake = {id(runnable) for runnable in (*self._deliveries, *self._work, *self._late.values())}
        for each in [each for each in self._waiting if _is_part(each.name, name)]:
            self._waiting.remove(each)
            self._drop(each.item)
        self.timers.cancel(lambda timer: _is_part(timer.name, name))

    def after(self, seconds: float, name: str, call: Callable[[], None], *, background: bool = False, scheduled: bool = False) -> Timer:
        """Set a timer ``seconds`` (simulated) from now; it remembers what caused it."""
        timer = Timer(after(self.clock.now, max(seconds, 0.0)), name, call, self.trace.current, background, seconds, scheduled)
        return self.timers.add(timer)

    def checkpoint(self) -> None:
        """End the running step here; the item goes on in the next one. Clients call it after a write."""
        if self._running is not None and greenlet.getcurrent() is self._running:
            self._running.parent.switch()

    def pause(self, seconds: float, name: str) -> None:
        """Let the running item stand still for so many seconds (simulated), if it is one of the component ``name``. Watch events reach that
        component meanwhile, and it does nothing else; other components go on."""
        if self._running is not None and greenlet.getcurrent() is self._running and _is_part(self._running_name, name):
            self._pause = seconds
            self._running.parent.switch()

    @property
    def is_busy(self) -> bool:
        """Whether a step could run now without moving the clock."""
        for call in self._before_step:
            call()
        if self._running is not None or self._deliveries or self._next_work() is not None or any(each.is_over for each in self._waiting):
            return True
        return any((t := self.timers.next(background=b)) is not None and t.when <= self.clock.now for b in (False, True))

    def step(self) -> Step | None:
        """Run one watch event, one part of a work item (up to its next write) or one due timer.

        Returns None when there is nothing to do at this moment. Never moves the clock.
        """
        for call in self._before_step:
            call()
        if self._running is None and not self._begin():
            return None
        number, first = self._number, self.trace.next_seq
        self.trace.step = number
        self.rng.move_to(first)
        self._resume()
        self.trace.step = 0
        self._number += 1
        return Step(number, self.clock.now, self._running_name, first, self.trace.next_seq)

    def run_until(self, deadline: SimTime, *, max_steps: int = 1_000_000) -> Stop:
        """Run without waiting until ``deadline``, moving the clock from timer to timer."""
        for _ in range(max_steps):
            if self.step() is not None:
                continue
            pending = [t.when for b in (False, True) if (t := self.timers.next(background=b)) is not None]
            if not pending or min(pending) > deadline:
                self.clock.advance(deadline)
                return Stop.DEADLINE if pending else Stop.IDLE
            self.clock.advance(min(pending))
        return Stop.MAX_STEPS

    def abandon(self) -> None:
        """Drop the item that is under way, as a crash would; the next start rebuilds from the store."""
        running, self._running, self._next_call = self._running, None, None
        waiting, self._waiting = self._waiting, []
        for item in (*(each.item for each in waiting), *([running] if running is not None else ())):
            self._drop(item)

    def _drop(self, item: greenlet.greenlet) -> None:
        current, marking = self.trace.current, self.trace.marking
        item.throw()
        self.trace.current, self.trace.marking = current, marking

    def _line_up(self, runnable: Runnable, *, delivery: bool) -> None:
        self._late.pop(id(runnable), None)
        (self._deliveries if delivery else self._work).append(runnable)

    def _begin(self) -> bool:
        over = next((each for each in self._waiting if each.is_over), None) if self._waiting else None
        if over is not None:
            self._waiting.remove(over)
            self._running, self._running_name, self._running_cause = over.item, over.name, over.cause
            self.trace.marking = over.marking
            return True
        is_delivery = bool(self._deliveries)
        runnable = self._deliveries[0] if is_delivery else self._next_work()
        if runnable is not None:
            (self._deliveries if is_delivery else self._work).remove(runnable)
            self._awake.discard(id(runnable))
            self._start(runnable.name, 0, lambda: self._run(runnable, delivery=is_delivery))
            return True
        timer = self.timers.pop_due(self.clock.now)
        if timer is not None:
            self._start(timer.name, timer.cause, timer.call)
            return True
        return False

    def _next_work(self) -> Runnable | None:
        """The work that comes next; that of a component whose item stands still waits."""
        if not self._waiting:
            return self._work[0] if self._work else None
        standing = [each.name for each in self._waiting]
        return next((each for each in self._work if each.name not in standing), None)

    def _run(self, runnable: Runnable, *, delivery: bool) -> None:
        try:
            more = runnable.run_next()
        except Exception:
            self.wake(runnable, delivery=delivery)  # the rest of the queue must not be forgotten
            raise
        if more:
            self.wake(runnable, delivery=delivery)

    def _stand_still(self, item: greenlet.greenlet) -> None:
        seconds, self._pause, self._running = self._pause or 0.0, None, None
        waiting = _Waiting(item, self._running_name, self.trace.current, self.trace.marking)
        self.trace.marking = UNMARKED
        self._waiting.append(waiting)
        self.after(seconds, self._running_name, waiting.end)

    def _start(self, name: str, cause: int, call: Callable[[], None]) -> None:
        self._running_name, self._running_cause = name, cause
        self._running, self._idle = self._idle or greenlet.greenlet(_work), None
        self._next_call = call

    def _resume(self) -> None:
        running = self._running
        if running is None:
            raise RuntimeError("nothing is running")
        outside, self.trace.current = self.trace.current, self._running_cause
        begun, self._next_call = self._next_call, None
        try:
            is_over = running.switch() if begun is None else running.switch(begun)
        except Exception:
            self._running = None
            if self._strict:
                raise
            logger.exception("%s failed; its work is tried again when something changes", self._running_name)
        else:
            if is_over:
                self._running, self._idle = None, running
            elif self._pause is not None:
                self._stand_still(running)
        finally:
            self._running_cause, self.trace.current = self.trace.current, outside


def _is_part(name: str, owner: str) -> bool:
    return name == owner or name.startswith(f"{owner}/")


def _work(call: Callable[[], None]) -> None:
    """Run one work item after the other in one greenlet, since a new one costs as much as a request. Between two it holds nothing."""
    while True:
        call()
        del call
        call = greenlet.getcurrent().parent.switch(True)
