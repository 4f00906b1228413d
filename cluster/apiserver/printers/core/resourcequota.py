"""Columns of ResourceQuotas. Upstream: ``pkg/printers/internalversion/printers.go`` (``printResourceQuota``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime


def cells(quota: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a quota: ``name: used/hard`` for all that it counts."""
    status = quota.get("status", {})
    used: Obj = status.get("used") or {}
    texts = {name: f"{name}: {used.get(name, '0')}/{hard}" for name, hard in sorted((status.get("hard") or {}).items())}
    return [
        quota["metadata"].get("name", ""),
        ", ".join(text for name, text in texts.items() if not name.startswith("limits.")),
        ", ".join(text for name, text in texts.items() if name.startswith("limits.")),
        age(quota, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Request", "What has been requested, and how much may be."),
        Column("Limit", "What has been allowed as limits, and how much may be."),
        AGE,
    ),
    cells,
)
