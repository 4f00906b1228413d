"""Columns of PriorityClasses. Upstream: ``pkg/printers/internalversion/printers.go`` (``printPriorityClass``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime


def cells(priority_class: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a PriorityClass."""
    return [
        priority_class["metadata"].get("name", ""),
        priority_class.get("value", 0),
        priority_class.get("globalDefault", False),
        age(priority_class, now),
        priority_class.get("preemptionPolicy", ""),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Value", "The priority of its pods.", "integer"),
        Column("Global-Default", "Whether pods that name no class are of this one.", "boolean"),
        AGE,
        Column("PreemptionPolicy", "Whether its pods take the place of others."),
    ),
    cells,
)
