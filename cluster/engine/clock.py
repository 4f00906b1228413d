"""The simulated clock: the only source of ``now`` for every component.

Real components read the machine's clock. Here time is data: the engine moves the clock, nothing else does.
"""

from __future__ import annotations

from cluster.machinery.meta import SimTime


class Clock:
    """A moment that only goes forward."""

    __slots__ = ("_now",)

    def __init__(self, now: SimTime) -> None:
        self._now = now

    @property
    def now(self) -> SimTime:
        """The current simulated moment, in microseconds since the Unix epoch."""
        return self._now

    def advance(self, moment: SimTime) -> None:
        """Move to ``moment``; an earlier one is ignored, so that the clock never goes back."""
        self._now = max(self._now, moment)
