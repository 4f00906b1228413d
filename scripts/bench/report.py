"""Lines of the report: a figure of this server, that of a real control plane on 2 cores where there is one, and how they compare."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

MORE_IS_BETTER = "/s"


def figure(name: str, unit: str, values: Sequence[float], real: float | None = None) -> None:
    """Print the median of some runs. ``real``: what the real control plane took; above 1 the ratio says how far ahead this one is."""
    median = statistics.median(values)
    line = f"{name:<58} {median:>10.2f} {unit:<8} (min {min(values):.2f}, max {max(values):.2f}, n {len(values)})"
    if real is not None:
        ratio = median / real if unit.endswith(MORE_IS_BETTER) else real / median
        line += f"  real {real:g}, {ratio:.2f} times as good"
    print(line, flush=True)


def timed(call: Callable[[], object]) -> float:
    """Return how many seconds a call takes."""
    begun = time.monotonic()
    call()
    return time.monotonic() - begun
