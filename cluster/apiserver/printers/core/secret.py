"""Columns of Secrets. Upstream: ``pkg/printers/internalversion/printers.go`` (``printSecret``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime


def cells(secret: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a Secret: how much is in it, and nothing of what."""
    return [secret["metadata"].get("name", ""), secret.get("type", ""), len(secret.get("data") or {}), age(secret, now)]


PRINTER = Printer(
    (
        NAME,
        Column("Type", "What the data is meant for."),
        Column("Data", "Number of keys."),
        AGE,
    ),
    cells,
)
