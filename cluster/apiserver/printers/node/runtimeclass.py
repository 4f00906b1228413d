"""Columns of RuntimeClasses. Upstream: ``pkg/printers/internalversion/printers.go`` (``printRuntimeClass``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime


def cells(runtime_class: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a class."""
    return [runtime_class["metadata"].get("name", ""), runtime_class.get("handler", ""), age(runtime_class, now)]


PRINTER = Printer((NAME, Column("Handler", "How the runtime that runs the pods is called in the CRI's configuration."), AGE), cells)
