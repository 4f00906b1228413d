"""Columns of the Scale of a workload. Upstream: ``pkg/printers/internalversion/printers.go`` (``printScale``)."""

from __future__ import annotations

from dataclasses import replace

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime


def cells(scale: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a Scale."""
    return [scale["metadata"].get("name", ""), scale["spec"].get("replicas", 0), scale["status"].get("replicas", 0), age(scale, now)]


PRINTER = Printer(
    (
        replace(NAME, format=""),
        Column("Desired", "How many instances are wanted.", "integer"),
        Column("Available", "How many instances were observed.", "integer"),
        AGE,
    ),
    cells,
)
