"""Columns of CSINodes. Upstream: ``pkg/printers/internalversion/printers.go`` (``printCSINode``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime


def cells(node: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a node's drivers."""
    return [node["metadata"].get("name", ""), len(node["spec"].get("drivers") or ()), age(node, now)]


PRINTER = Printer((NAME, Column("Drivers", "How many CSI drivers the node has.", type="integer"), AGE), cells)
