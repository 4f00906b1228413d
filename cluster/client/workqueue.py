"""The work queue of a controller: keys to reconcile, each at most once, failures again after a back-off.

A key that changes all the time is held back (``flowcontrol.py``), so that many changes are seen in one reconcile. Differs
from upstream in that it also calls the reconciler (one key per step of the engine) instead of being read by worker
goroutines. Upstream: ``staging/src/k8s.io/client-go/util/workqueue``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cluster.client.flowcontrol import KeyRates
from cluster.engine.engine import Engine
from cluster.engine.timers import Timer
from cluster.machinery.errors import ApiError
from cluster.machinery.meta import Key, SimTime

BASE_DELAY = 0.005
"""Seconds before the first retry, unless a controller asks for more; it doubles with each further one."""
MAX_DELAY = 1000.0
"""Seconds: no retry waits longer, unless a controller asks for less."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a reconcile asks for: to be called again after so many simulated seconds (None: only on a change)."""

    requeue_after: float | None = None


Reconcile = Callable[[Key, SimTime], Result]


class WorkQueue:
    """A Runnable of the engine. ``name``: the lane its controller has in the trace.

    ``background``: its delayed keys are routine; the picture does not wait for them, but where they are ``scheduled`` and nothing else
    happens. ``base_delay``, ``max_delay``: of its retries, in
    seconds.
    """

    def __init__(
        self,
        name: str,
        engine: Engine,
        reconcile: Reconcile,
        *,
        background: bool = False,
        scheduled: bool = False,
        base_delay: float = BASE_DELAY,
        max_delay: float = MAX_DELAY,
    ) -> None:
        self._name, self._engine, self._reconcile = name, engine, reconcile
        self._background, self._scheduled = background, scheduled
        self._base_delay, self._max_delay = base_delay, max_delay
        self._causes: dict[Key, int] = {}
        self._failures: dict[Key, int] = {}
        self._delayed: dict[Key, Timer] = {}
        self._rates = KeyRates()
        self._held: set[Key] = set()
        self.adds = 0

    @property
    def name(self) -> str:
        """The lane."""
        return self._name

    def __len__(self) -> int:
        return len(self._causes)

    def add(self, key: Key) -> None:
        """Reconcile ``key`` soon; a key that waits already stays where it is, and has the first cause that there is."""
        self.adds += 1
        if key in self._causes:
            self._causes[key] = self._causes[key] or self._engine.trace.current
            return
        if key in self._held:
            return
        wait = self._rates.wait(key, self._engine.clock.now)
        if wait:
            self._held.add(key)
            self._engine.after(wait, self._name, lambda: self._let_go(key))
        else:
            self._enter(key)

    def add_after(self, key: Key, seconds: float) -> None:
        """Reconcile ``key`` after ``seconds`` (simulated); of several delays of one key the earliest counts."""
        if seconds <= 0:
            self.add(key)
            return
        timer = self._engine.after(seconds, self._name, lambda: self._due(key), background=self._background, scheduled=self._scheduled)
        waiting = self._delayed.get(key)
        if waiting is not None and waiting.when <= timer.when:
            timer.cancel()
            return
        self.adds += 1
        if waiting is not None:
            waiting.cancel()
        self._delayed[key] = timer

    def add_rate_limited(self, key: Key) -> None:
        """Reconcile ``key`` again after a back-off that doubles with every failure."""
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        self.add_after(key, min(self._base_delay * 2 ** min(failures, 30), self._max_delay))

    def forget(self, key: Key) -> None:
        """Begin the back-off of ``key`` anew."""
        self._failures.pop(key, None)

    def retries(self, key: Key) -> int:
        """How often ``key`` has failed since it was last forgotten."""
        return self._failures.get(key, 0)

    def run_next(self) -> bool:
        """Reconcile the key that has waited longest."""
        if not self._causes:
            return False
        key = next(iter(self._causes))
        self._engine.trace.current = self._causes.pop(key)
        self._rates.take(key, self._engine.clock.now)
        try:
            result = self._reconcile(key, self._engine.clock.now)
        except ApiError:
            # The API server has answered with a refusal, usually a Conflict: the cache was behind. The refusal is
            # in the trace as the reply's outcome; the key is tried again.
            self.add_rate_limited(key)
        else:
            self.forget(key)
            if result.requeue_after is not None:
                self.add_after(key, result.requeue_after)
        return bool(self._causes)

    def _enter(self, key: Key) -> None:
        self._causes[key] = self._engine.trace.current
        self._engine.wake(self)

    def _let_go(self, key: Key) -> None:
        self._held.discard(key)
        self._enter(key)

    def _due(self, key: Key) -> None:
        self._delayed.pop(key, None)
        self.add(key)
