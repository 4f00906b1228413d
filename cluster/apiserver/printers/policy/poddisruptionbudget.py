"""Columns of PodDisruptionBudgets. Upstream: ``pkg/printers/internalversion/printers.go`` (``printPodDisruptionBudget``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime


def cells(budget: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a PodDisruptionBudget."""
    spec = budget["spec"]
    return [
        budget["metadata"].get("name", ""),
        str(spec.get("minAvailable", "N/A")),
        str(spec.get("maxUnavailable", "N/A")),
        budget.get("status", {}).get("disruptionsAllowed", 0),
        age(budget, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Min Available", "Number or share of the pods that have to stay."),
        Column("Max Unavailable", "Number or share of the pods that may be away."),
        Column("Allowed Disruptions", "Number of pods that may go now.", "integer"),
        AGE,
    ),
    cells,
)
