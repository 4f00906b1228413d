"""Columns of CSIStorageCapacities: upstream has none of their own, only those that any kind would have.

Upstream: ``staging/src/k8s.io/apiserver/pkg/registry/rest/table.go`` (``defaultTableConvertor``).
"""

from __future__ import annotations

from cluster.apiserver.printers.columns import NAME, Cell, Column, Printer
from cluster.machinery.meta import Obj, SimTime


def cells(capacity: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a driver's capacity."""
    meta = capacity["metadata"]
    return [meta.get("name", ""), meta.get("creationTimestamp", "")]


PRINTER = Printer((NAME, Column("Created At", "When it was created.", type="date")), cells)
