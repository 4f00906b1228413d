"""Columns of Roles and ClusterRoles. Upstream: ``pkg/printers/internalversion/printers.go`` (``printRole``, ``printClusterRole``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import NAME, Cell, Column, Printer
from cluster.machinery.meta import Obj, SimTime


def cells(role: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a role: its age is not shown, but the moment of its creation."""
    meta = role["metadata"]
    return [meta.get("name", ""), meta.get("creationTimestamp", "")]


PRINTER = Printer((NAME, Column("Created At", "The time at which the object was created.", type="date")), cells)
