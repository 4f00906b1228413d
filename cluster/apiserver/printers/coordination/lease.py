"""Columns of Leases. Upstream: ``pkg/printers/internalversion/printers.go`` (``printLease``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime


def cells(lease: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a Lease."""
    return [lease["metadata"].get("name", ""), lease.get("spec", {}).get("holderIdentity", ""), age(lease, now)]


PRINTER = Printer((NAME, Column("Holder", "The identity of the holder of the lease."), AGE), cells)
