"""Columns of PriorityLevelConfigurations.

Upstream: ``pkg/printers/internalversion/printers.go`` (``printPriorityLevelConfiguration``).
"""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, NONE, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime


def cells(level: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a level."""
    spec = level["spec"]
    limited = spec.get("limited") or {}
    queuing = (limited.get("limitResponse") or {}).get("queuing") or {}
    return [
        level["metadata"].get("name", ""),
        spec.get("type", ""),
        limited.get("nominalConcurrencyShares", NONE),
        *(queuing.get(field, NONE) for field in ("queues", "handSize", "queueLengthLimit")),
        age(level, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Type", "Whether the level has a limit."),
        Column("NominalConcurrencyShares", "Its share of what the server does at once."),
        Column("Queues", "How many queues its requests wait in."),
        Column("HandSize", "How many queues a flow may choose from."),
        Column("QueueLengthLimit", "How many requests may wait in a queue."),
        AGE,
    ),
    cells,
)
