"""Columns of LimitRanges: upstream has none of their own. Upstream: ``staging/src/k8s.io/apiserver/pkg/registry/rest/table.go``."""

from __future__ import annotations

from cluster.apiserver.printers.columns import NAME, Cell, Column, Printer
from cluster.machinery.meta import Obj, SimTime


def cells(limit_range: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a LimitRange: its name, and the moment of its creation."""
    meta = limit_range["metadata"]
    return [meta.get("name", ""), meta.get("creationTimestamp", "")]


PRINTER = Printer((NAME, Column("Created At", "The time at which the object was created.", type="date")), cells)
