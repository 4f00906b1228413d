"""The scheduling queue: pods that wait for a node.

Three places: *active* (scheduled next, by priority and age), *back-off* (failed a moment ago: 1 s, doubling up to 10 s, and then
to the next whole second, so that priority decides among those that are due in one), and *unschedulable* (no node suited; waits for
an event that one of the plugins that turned nodes away registers and calls helpful, or until a sweep, every 30 s, finds it there
for more than five minutes). While no pod is active, the back-off of a pod that no node suited ends early; after an error it runs
its time.

Differs from upstream in that the sweep only runs while somebody waits there, and in that a pod for which there was no node at all
waits for any event, too, instead of being tried again after each back-off.

Upstream: ``pkg/scheduler/backend/queue/{scheduling_queue,backoff_queue,active_queue}.go``.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cluster.engine.engine import Engine
from cluster.engine.timers import Timer
from cluster.machinery.meta import SECOND, Key, Obj, SimTime, after, key_of
from cluster.scheduler.cluster_event import UNSCHEDULABLE_TIMEOUT, ClusterEvent, Hint, Resource, pod_change
from cluster.scheduler.framework import Framework
from cluster.scheduler.node_info import PodInfo
from cluster.scheduler.preemption.importance import priority
from cluster.scheduler.profile import scheduler_name

INITIAL_BACKOFF = 1.0
"""Seconds after the first failure."""
MAX_BACKOFF = 10.0
"""Seconds: no back-off is longer."""
MAX_UNSCHEDULABLE = 300.0
"""Seconds after which an unschedulable pod is tried again whatever has happened."""
SWEEP_INTERVAL = 30.0
"""Seconds between two looks for pods that have been unschedulable for that long."""
ORDERING_WINDOW = 1.0
"""Seconds: back-offs that end within the same ones end together."""


@dataclass(slots=True)
class QueuedPod:
    """A waiting pod. ``unschedulable_count``, ``errors``: how often no node suited it, and how often in a row it failed otherwise;
    ``rejected_by``: the plugins that turned it away the last time; ``is_gated``: before it came into the queue;
    ``cause``: the hop that put it into the queue; ``queued_at``: when it came or failed last, ``number``: as which one it was put in."""

    info: PodInfo
    queued_at: SimTime
    cause: int
    unschedulable_count: int = 0
    errors: int = 0
    rejected_by: frozenset[str] = frozenset()
    is_gated: bool = False
    number: int = 0
    timer: Timer | None = None


class SchedulingQueue:
    """A Runnable of the engine that hands over one pod per item. ``adds`` counts the pods that became due or began to back off.

    ``frameworks``: by the name of the profile that pods choose. Back-offs: seconds.
    """

    def __init__(
        self,
        name: str,
        engine: Engine,
        frameworks: Mapping[str, Framework],
        schedule: Callable[[QueuedPod], None],
        *,
        initial_backoff: float = INITIAL_BACKOFF,
        max_backoff: float = MAX_BACKOFF,
    ) -> None:
        self._initial_backoff, self._max_backoff = initial_backoff, max_backoff
        self._name, self._engine, self._frameworks, self._schedule = name, engine, frameworks, schedule
        self._active: dict[Key, QueuedPod] = {}
        self._backoff: dict[Key, QueuedPod] = {}
        self._unschedulable: dict[Key, QueuedPod] = {}
        self._heap: list[tuple[tuple[int, SimTime], int, Key]] = []
        self._early: list[tuple[SimTime, tuple[int, SimTime], int, Key]] = []
        self._count = itertools.count()
        self._begun = engine.clock.now
        self._sweep_timer: Timer | None = None
        self.adds = 0

    @property
    def name(self) -> str:
        """The component, as the trace names it."""
        return self._name

    def place_of(self, key: Key) -> str:
        """Return where a pod waits: ``active``, ``backoff``, ``unschedulable``, or an empty text."""
        places = (("active", self._active), ("backoff", self._backoff), ("unschedulable", self._unschedulable))
        return next((place for place, pods in places if key in pods), "")

    def add(self, pod: Obj) -> None:
        """Take in a new pod; one that a plugin keeps out waits among the unschedulable ones."""
        self.delete(key_of(pod))
        queued = QueuedPod(PodInfo.of(pod), self._engine.clock.now, self._engine.trace.current)
        self._enter(queued)

    def update(self, old: Obj, new: Obj) -> None:
        """Take over a waiting pod's newest state; try it again where a plugin calls the change helpful."""
        key = key_of(new)
        queued = self._active.get(key) or self._backoff.get(key) or self._unschedulable.get(key)
        if queued is None:
            return
        queued.info = PodInfo.of(new)
        if key in self._unschedulable and (action := pod_change(old, new)):
            self.move(ClusterEvent(Resource.UNSCHEDULED_POD, action, old, new), only=[queued])

    def delete(self, key: Key) -> None:
        """Forget a pod; harmless when it does not wait."""
        for place in (self._active, self._backoff, self._unschedulable):
            queued = place.pop(key, None)
            if queued is not None:
                _stop_timer(queued)

    def add_unschedulable(self, queued: QueuedPod, rejected_by: frozenset[str]) -> None:
        """Put back a pod for which no node was found."""
        queued.rejected_by, queued.queued_at = rejected_by, self._engine.clock.now
        queued.unschedulable_count, queued.errors = queued.unschedulable_count + 1, 0
        self._unschedulable[queued.info.key] = queued
        self._sweep_later()

    def add_backoff(self, queued: QueuedPod) -> None:
        """Put back a pod whose scheduling failed for another reason: it is tried again after its back-off."""
        queued.rejected_by, queued.queued_at = frozenset(), self._engine.clock.now
        queued.errors += 1
        self._requeue(queued)

    def move(self, event: ClusterEvent, *, only: Iterable[QueuedPod] | None = None) -> None:
        """Try the unschedulable pods again, or ``only`` some of them, that ``event`` may help."""
        if not self._unschedulable:
            return
        hints = {name: framework.hints_for(event.resource, event.action) for name, framework in self._frameworks.items()}
        for queued in list(self._unschedulable.values()) if only is None else only:
            if _is_worth_requeuing(queued, event, hints[scheduler_name(queued.info.pod)]):
                del self._unschedulable[queued.info.key]
                queued.cause = self._engine.trace.current
                self._requeue(queued)

    def move_up_to(self, priority_limit: int, event: ClusterEvent) -> None:
        """Like ``move``, for pods of no higher priority."""
        self.move(event, only=[queued for queued in self._unschedulable.values() if priority(queued.info.pod) <= priority_limit])

    def clear(self) -> None:
        """Forget all pods and cancel the timers."""
        for key in (*self._active, *self._backoff, *self._unschedulable):
            self.delete(key)
        if self._sweep_timer is not None:
            self._sweep_timer.cancel()

    def run_next(self) -> bool:
        """Hand over the pod that is due first; while none is, the one whose back-off would end first."""
        if not self._active:
            self._end_backoff_early()
        while self._heap:
            _, number, key = heapq.heappop(self._heap)
            queued = self._active.get(key)
            if queued is None or queued.number != number:
                continue  # deleted since, or put in anew
            del self._active[key]
            self._engine.trace.current = queued.cause
            self._schedule(queued)
            break
        return bool(self._active or self._early)

    def _sweep_later(self) -> None:
        """Look for pods that have waited too long at the next multiple of the interval since the queue was made."""
        if self._sweep_timer is None:
            since = (self._engine.clock.now - self._begun) / SECOND
            self._sweep_timer = self._engine.after(SWEEP_INTERVAL - since % SWEEP_INTERVAL, self._name, self._sweep, background=True)

    def _sweep(self) -> None:
        self._sweep_timer = None
        now = self._engine.clock.now
        waiting = [queued for queued in self._unschedulable.values() if not queued.is_gated]
        self.move(UNSCHEDULABLE_TIMEOUT, only=[queued for queued in waiting if now - queued.queued_at > MAX_UNSCHEDULABLE * SECOND])
        if any(not queued.is_gated for queued in self._unschedulable.values()):
            self._sweep_later()

    def _requeue(self, queued: QueuedPod) -> None:
        """Put into the back-off, or into the active queue where the back-off is over."""
        due = self._backoff_end(queued)
        if due <= self._engine.clock.now:
            self._enter(queued)
            return
        self.adds += 1
        key, seconds = queued.info.key, (due - self._engine.clock.now) / SECOND
        self._backoff[key] = queued
        queued.timer = self._engine.after(seconds, self._name, self._end_backoffs)
        if queued.rejected_by:
            queued.number = next(self._count)
            heapq.heappush(self._early, (due, self._sort_key(queued), queued.number, key))
            self._engine.wake(self)

    def _backoff_end(self, queued: QueuedPod) -> SimTime:
        """Return when a pod may be tried again: after 1, 2, 4, 8, 10, 10, ... seconds, with the window in which that time falls."""
        count = queued.errors or queued.unschedulable_count
        if not count:
            return queued.queued_at
        seconds = min(self._initial_backoff * 2.0 ** (min(count, 30) - 1), self._max_backoff)
        window = int(ORDERING_WINDOW * SECOND)
        return SimTime((after(queued.queued_at, seconds) // window + 1) * window)

    def _end_backoff_early(self) -> None:
        while self._early:
            _, _, number, key = heapq.heappop(self._early)
            queued = self._backoff.get(key)
            if queued is not None and queued.number == number:
                del self._backoff[key]
                _stop_timer(queued)
                self._enter(queued)
                return

    def _end_backoffs(self) -> None:
        """Let all pods in that are due by now, so that the most important of them comes first."""
        for key, queued in list(self._backoff.items()):
            if queued.timer is not None and queued.timer.when <= self._engine.clock.now:
                del self._backoff[key]
                queued.cause = queued.timer.cause or queued.cause
                _stop_timer(queued)
                self._enter(queued)

    def _enter(self, queued: QueuedPod) -> None:
        """Put into the active queue, unless a plugin keeps the pod out."""
        gate = self._framework_of(queued).pre_enqueue(queued.info)
        queued.is_gated = gate is not None
        if gate is not None:
            queued.rejected_by = frozenset((gate[0],))
            self._unschedulable[queued.info.key] = queued
            return
        self.adds += 1
        key = queued.info.key
        queued.number = next(self._count)
        self._active[key] = queued
        heapq.heappush(self._heap, (self._sort_key(queued), queued.number, key))
        self._engine.wake(self)

    def _sort_key(self, queued: QueuedPod) -> tuple[int, SimTime]:
        return self._framework_of(queued).sort_key(queued.info, queued.queued_at)

    def _framework_of(self, queued: QueuedPod) -> Framework:
        return self._frameworks[scheduler_name(queued.info.pod)]


def _stop_timer(queued: QueuedPod) -> None:
    if queued.timer is not None:
        queued.timer.cancel()
        queued.timer = None


def _is_worth_requeuing(queued: QueuedPod, event: ClusterEvent, hints: Mapping[str, Sequence[Hint]]) -> bool:
    """Whether a plugin that has turned the pod away calls the event helpful. ``hints``: of the plugins that registered it."""
    if event.resource is Resource.EVERYTHING or not queued.rejected_by:
        return True
    return any(hint(queued.info, event.old, event.new) for name in queued.rejected_by if name in hints for hint in hints[name])
