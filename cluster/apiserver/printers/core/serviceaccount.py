"""Columns of ServiceAccounts. Upstream: ``pkg/printers/internalversion/printers.go`` (``printServiceAccount``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Printer, age
from cluster.machinery.meta import Obj, SimTime


def cells(account: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a ServiceAccount."""
    return [account["metadata"].get("name", ""), age(account, now)]


PRINTER = Printer((NAME, AGE), cells)
