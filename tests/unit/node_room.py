"""A node's disk in memory, and an engine that starts at a fixed moment: what the tests of a node's software stand on."""

from __future__ import annotations

import orjson

from cluster.engine.clock import Clock
from cluster.engine.engine import Engine
from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.machinery.meta import SECOND, Obj, SimTime, parse_timestamp

ZERO = parse_timestamp("2026-01-01T00:00:00Z")


class Disk:
    """NodeStorage in memory. It encodes what it is given, so that nothing is shared by accident; ``writes`` counts."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.writes = 0

    def get(self, key: str) -> Obj | None:
        """Return a record, or None."""
        return orjson.loads(self.files[key]) if key in self.files else None

    def list(self, prefix: str) -> list[tuple[str, Obj]]:
        """Return the records under ``prefix``."""
        return [(key, orjson.loads(raw)) for key, raw in sorted(self.files.items()) if key.startswith(prefix)]

    def put(self, key: str, value: Obj | None) -> int:
        """Write or delete a record; the number of writes stands for the revision."""
        self.writes += 1
        if value is None:
            self.files.pop(key, None)
        else:
            self.files[key] = orjson.dumps(value)
        return self.writes


def engine(now: SimTime = ZERO) -> Engine:
    """A strict engine."""
    clock = Clock(now)
    return Engine(clock, Trace(clock), Rng(1), strict=True)


def run(of: Engine, seconds: float) -> None:
    """Run for so many simulated seconds."""
    of.run_until(SimTime(of.clock.now + round(seconds * SECOND)))


def seconds(of: Engine) -> float:
    """Seconds since ZERO."""
    return (of.clock.now - ZERO) / SECOND
