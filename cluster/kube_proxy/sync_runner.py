"""Runs kube-proxy's sync at once after a quiet time, and not again before the least time between two syncs has passed.

A rollout changes endpoints many times a second; the rules are written once for all of it.

Upstream: ``pkg/proxy/runner/bounded_frequency_runner.go``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cluster.engine.engine import Engine
from cluster.engine.timers import Timer
from cluster.machinery.meta import SECOND, SimTime


class SyncRunner:
    """The queue that an informer's subscriber names; ``adds`` counts what was asked for. ``min_interval``: simulated seconds."""

    def __init__(self, name: str, engine: Engine, min_interval: float, sync: Callable[[], None]) -> None:
        self.name: Final = name
        self._engine, self._min_interval, self._sync = engine, min_interval, sync
        self._next_at = SimTime(0)
        self._timer: Timer | None = None
        self.adds = 0

    def ask(self) -> None:
        """Sync soon; what is asked for meanwhile falls together."""
        self.adds += 1
        if self._timer is None:
            wait = max(0, self._next_at - self._engine.clock.now) / SECOND
            self._timer = self._engine.after(wait, self.name, self._due)

    def stop(self) -> None:
        """Forget what was asked for."""
        if self._timer is not None:
            self._timer.cancel()

    def _due(self) -> None:
        self._timer = None
        self._next_at = SimTime(self._engine.clock.now + int(self._min_interval * SECOND))
        self._sync()
