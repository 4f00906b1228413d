"""How fast simulated time passes: the rule by which the clock follows the wall, pure.

Nobody wants to watch forty seconds of grace pass, and nobody wants a heartbeat to hurry the clock: a wait that something on
the screen depends on (a foreground timer) is shortened, waits for routine are as long as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.machinery.meta import SECOND, SimTime
from cluster.models import Pace

LONGEST_WAIT = 2.0
"""Seconds on the screen at rate 1: a longer simulated wait is shown as a fast-forward of this length."""
LONGEST_AWAITED = 900.0
"""Simulated seconds: what is further away when it is set (the end of a ``sleep 3600``) no class waits for, so a lecture does not hurry."""
INSTANT_SPEED = 600.0
"""Simulated seconds a second at most, so that a crash loop does not occupy a processor."""


def speed_of(pace: str, rate: float, gap: float | None) -> float:
    """Return simulated seconds per second of the wall while ``gap`` (simulated seconds) is waited for.

    ``gap`` None: nothing is waited for but routine.
    """
    if pace == Pace.REAL:
        return rate
    if gap is None:
        return 1.0
    if pace == Pace.INSTANT:
        return INSTANT_SPEED
    return max(gap / LONGEST_WAIT, 1.0) * rate


def is_fast_forward(pace: str, gap: float | None) -> bool:
    """Whether a wait is shown shortened, so that the screen should say so."""
    return pace == Pace.LECTURE and gap is not None and gap > LONGEST_WAIT


@dataclass(frozen=True, slots=True)
class TimeFlow:
    """A straight line: the simulated moment ``start`` at the wall's ``wall``, and ``speed`` from there on."""

    wall: float
    start: SimTime
    speed: float

    def at(self, wall: float) -> SimTime:
        """Return the simulated moment at a moment of the wall clock (seconds)."""
        return SimTime(self.start + round(max(wall - self.wall, 0.0) * self.speed * SECOND))

    def until(self, moment: SimTime, wall: float) -> float:
        """Return the seconds of the wall clock from ``wall`` to a simulated moment, 0 when it has passed."""
        return max(self.wall + (moment - self.start) / (self.speed * SECOND) - wall, 0.0)
