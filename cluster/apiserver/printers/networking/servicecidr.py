"""Columns of ServiceCIDRs. Upstream: ``pkg/printers/internalversion/printers.go`` (``printServiceCIDR``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age, joined
from cluster.machinery.meta import Obj, SimTime


def cells(service_cidr: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a range."""
    cidrs = (service_cidr.get("spec") or {}).get("cidrs") or ()
    return [service_cidr["metadata"].get("name", ""), joined(cidrs), age(service_cidr, now)]


PRINTER = Printer((NAME, Column("CIDRs", "The networks that Services get addresses of."), AGE), cells)
