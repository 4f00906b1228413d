"""Informers that are started again, with longer and longer waits, until the API server lets them list.

A component that may not list (its role is gone) goes on trying: it works as soon as it may. Upstream each reflector does so by itself.
Upstream: ``staging/src/k8s.io/client-go/tools/cache/reflector.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cluster.client.informer import FIRST_WAIT, LONGEST_WAIT, Informer
from cluster.engine.engine import Engine
from cluster.engine.timers import Timer
from cluster.machinery.errors import ApiError


class Reflectors:
    """The informers of one component. ``on_synced`` is called once, when all of them have listed."""

    def __init__(self, name: str, engine: Engine, informers: Sequence[Informer], on_synced: Callable[[], None]) -> None:
        self._name, self._engine, self._informers, self._on_synced = name, engine, informers, on_synced
        self._timer: Timer | None = None
        self._wait = FIRST_WAIT

    def start(self) -> None:
        """List and watch, now or later."""
        self._timer = None
        try:
            for informer in self._informers:
                informer.start()
        except ApiError:
            self._timer = self._engine.after(self._wait, self._name, self.start, background=True)
            self._wait = min(2 * self._wait, LONGEST_WAIT)
            return
        self._on_synced()

    def stop(self) -> None:
        """Close the watches and try no longer."""
        if self._timer is not None:
            self._timer.cancel()
        for informer in self._informers:
            informer.stop()
