"""The scheduling queue: pods that wait for a node.

Three places: *active* (scheduled next, by priority and age), *back-off* (failed a moment ago: 1 s, doubling up to 10 s), and
*unschedulable* (no node suited; waits for a change in the cluster that one of the plugins that turned nodes away calls
helpful, or for five minutes). While no pod is active, the back-off of a pod that no node suited ends early; after an error it
runs its time. Differs from upstream in that each unschedulable pod has a timer of its own instead of a sweep every 30 s.
Upstream: ``pkg/scheduler/backend/queue/scheduling_queue.go``.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cluster.engine.engine import Engine
from cluster.engine.timers import Timer
from cluster.machinery.meta import SECOND, Key, Obj, SimTime, after, key_of
from cluster.scheduler.framework import Framework
from cluster.scheduler.interface import Change, ClusterEvent
from cluster.scheduler.node_info import PodInfo
from cluster.scheduler.profile import scheduler_name

INITIAL_BACKOFF = 1.0
"""Seconds after the first failure."""
MAX_BACKOFF = 10.0
"""Seconds: no back-off is longer."""
MAX_UNSCHEDULABLE = 300.0
"""Seconds after which an unschedulable pod is tried again whatever has happened."""


@dataclass(slots=True)
class QueuedPod:
    """A waiting pod. ``attempts``: how often it was tried; ``rejected_by``: the plugins that turned nodes away the last time;
    ``cause``: the hop that put it into the queue; ``queued_at``: when it was put into the queue last, ``number``: as which one."""

    info: PodInfo
    queued_at: SimTime
    cause: int
    attempts: int = 0
    rejected_by: frozenset[str] = frozenset()
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
        self._early: list[tuple[SimTime, int, Key]] = []
        self._count = itertools.count()
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
        if key in self._unschedulable and _is_changed(old, new):
            self._move([queued], ClusterEvent(Change.POD_UPDATED, old, new))

    def delete(self, key: Key) -> None:
        """Forget a pod; harmless when it does not wait."""
        for place in (self._active, self._backoff, self._unschedulable):
            queued = place.pop(key, None)
            if queued is not None:
                _stop_timer(queued)

    def add_unschedulable(self, queued: QueuedPod, rejected_by: frozenset[str]) -> None:
        """Put back a pod for which no node was found."""
        queued.rejected_by, queued.queued_at = rejected_by, self._engine.clock.now
        self._park(queued)

    def add_backoff(self, queued: QueuedPod) -> None:
        """Put back a pod whose scheduling failed for another reason: it is tried again after its back-off."""
        queued.rejected_by, queued.queued_at = frozenset(), self._engine.clock.now
        self._requeue(queued)

    def move(self, event: ClusterEvent) -> None:
        """Try the unschedulable pods again that ``event`` may help."""
        if self._unschedulable:
            self._move(list(self._unschedulable.values()), event)

    def clear(self) -> None:
        """Forget all pods and cancel their timers."""
        for key in (*self._active, *self._backoff, *self._unschedulable):
            self.delete(key)

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
            queued.attempts += 1
            self._engine.trace.current = queued.cause
            self._schedule(queued)
            break
        return bool(self._active or self._early)

    def _move(self, waiting: list[QueuedPod], event: ClusterEvent) -> None:
        for queued in waiting:
            if self._is_helped(queued, event):
                del self._unschedulable[queued.info.key]
                _stop_timer(queued)
                queued.cause = self._engine.trace.current
                self._requeue(queued)

    def _is_helped(self, queued: QueuedPod, event: ClusterEvent) -> bool:
        if event.change is Change.FORCED or not queued.rejected_by:
            return True
        plugins = self._framework_of(queued).plugins
        return any(plugins[name].is_schedulable_after(queued.info, event) for name in sorted(queued.rejected_by))

    def _requeue(self, queued: QueuedPod) -> None:
        """Put into the back-off, or into the active queue where the back-off is over."""
        due = after(queued.queued_at, self._backoff_of(queued))
        if due <= self._engine.clock.now:
            self._enter(queued)
            return
        self.adds += 1
        key, seconds = queued.info.key, (due - self._engine.clock.now) / SECOND
        self._backoff[key] = queued
        queued.timer = self._engine.after(seconds, self._name, lambda: self._end_backoff(queued))
        if queued.rejected_by:
            queued.number = next(self._count)
            heapq.heappush(self._early, (due, queued.number, key))
            self._engine.wake(self)

    def _backoff_of(self, queued: QueuedPod) -> float:
        """Return the seconds to wait after the last failure: by default 1, 2, 4, 8, 10, 10, ..."""
        if not queued.attempts:
            return 0.0
        return min(self._initial_backoff * 2.0 ** (min(queued.attempts, 30) - 1), self._max_backoff)

    def _end_backoff_early(self) -> None:
        while self._early:
            _, number, key = heapq.heappop(self._early)
            queued = self._backoff.get(key)
            if queued is not None and queued.number == number:
                del self._backoff[key]
                _stop_timer(queued)
                self._enter(queued)
                return

    def _end_backoff(self, queued: QueuedPod) -> None:
        if self._backoff.pop(queued.info.key, None) is queued:
            queued.timer = None
            queued.cause = self._engine.trace.current or queued.cause
            self._enter(queued)

    def _enter(self, queued: QueuedPod) -> None:
        """Put into the active queue, unless a plugin keeps the pod out."""
        gate = self._framework_of(queued).pre_enqueue(queued.info)
        if gate is not None:
            queued.rejected_by = frozenset((gate[0],))
            self._unschedulable[queued.info.key] = queued
            return
        self.adds += 1
        key = queued.info.key
        queued.queued_at = self._engine.clock.now
        queued.number = next(self._count)
        self._active[key] = queued
        heapq.heappush(self._heap, (self._framework_of(queued).sort_key(queued.info, queued.queued_at), queued.number, key))
        self._engine.wake(self)

    def _framework_of(self, queued: QueuedPod) -> Framework:
        return self._frameworks[scheduler_name(queued.info.pod)]

    def _park(self, queued: QueuedPod) -> None:
        self._unschedulable[queued.info.key] = queued
        force = ClusterEvent(Change.FORCED)
        queued.timer = self._engine.after(MAX_UNSCHEDULABLE, self._name, lambda: self._move([queued], force), background=True)


def _stop_timer(queued: QueuedPod) -> None:
    if queued.timer is not None:
        queued.timer.cancel()
        queued.timer = None


def _is_changed(old: Obj, new: Obj) -> bool:
    """Whether more than the status has changed."""
    if old["spec"] != new["spec"]:
        return True
    before, now = old["metadata"], new["metadata"]
    return any(before.get(field) != now.get(field) for field in ("labels", "annotations", "deletionTimestamp"))
