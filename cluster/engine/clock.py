"""The simulated clock: the only source of ``now`` for every component.

Real components read the machine's clock. Here time is data: the engine moves the clock, nothing else does.
"""

from __future__ import annotations

from cluster.machinery.meta import SimTime


class Clock:
    """A moment that only goes forward. ``now``: the current simulated moment, in microseconds since the Unix epoch; set by ``advance``
    alone. (It is read 200 times for each pod: no property.)"""

    __slots__ = ("now",)

    def __init__(self, now: SimTime) -> None:
        self.now = now

    def advance(self, moment: SimTime) -> None:
        """Move to ``moment``; an earlier one is ignored, so that the clock never goes back."""
        self.now = max(self.now, moment)
