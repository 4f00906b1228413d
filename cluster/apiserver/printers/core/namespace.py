"""Columns of Namespaces. Upstream: ``pkg/printers/internalversion/printers.go`` (``printNamespace``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime


def cells(namespace: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a Namespace."""
    return [namespace["metadata"].get("name", ""), namespace.get("status", {}).get("phase", ""), age(namespace, now)]


PRINTER = Printer((NAME, Column("Status", "The status of the namespace"), AGE), cells)
