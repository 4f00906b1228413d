"""A call every so many simulated seconds: routine, which nobody waits for on the screen.

Upstream: ``wait.UntilWithContext`` in ``staging/src/k8s.io/apimachinery/pkg/util/wait``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from cluster.engine.engine import Engine
from cluster.engine.timers import Timer
from cluster.machinery.errors import ApiError


class Periodic:
    """Calls ``call`` at once and then every ``seconds``, until it is stopped. ``name``: the lane it belongs to."""

    def __init__(self, engine: Engine, name: str, seconds: float, call: Callable[[], None]) -> None:
        self._engine, self._name, self._seconds, self._call = engine, name, seconds, call
        self._timer: Timer | None = None

    def start(self) -> None:
        """Begin. The first call is made in a step of its own."""
        self._set(0)

    def stop(self) -> None:
        """No more calls are made; one that is under way ends."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set(self, seconds: float) -> None:
        self._timer = self._engine.after(seconds, self._name, self._run, background=True)

    def _run(self) -> None:
        # Set first: the call may end with an exception, or be interrupted for good.
        self._set(self._seconds)
        with suppress(ApiError):  # the refusal is in the trace, and the next call comes
            self._call()
