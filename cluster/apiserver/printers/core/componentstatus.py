"""Columns of ComponentStatuses. Upstream: ``pkg/printers/internalversion/printers.go``."""

from __future__ import annotations

from cluster.apiserver.printers.columns import NAME, Cell, Column, Printer
from cluster.machinery.meta import Obj, SimTime


def cells(component: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a component."""
    healthy = next((each for each in component.get("conditions") or () if each.get("type") == "Healthy"), None)
    status = "Unknown" if healthy is None else "Healthy" if healthy.get("status") == "True" else "Unhealthy"
    found = healthy or {}
    return [component["metadata"].get("name", ""), status, found.get("message", ""), found.get("error", "")]


PRINTER = Printer(
    (
        NAME,
        Column("Status", "Whether the component is well."),
        Column("Message", "What it says of its health."),
        Column("Error", "Why it could not be asked."),
    ),
    cells,
)
