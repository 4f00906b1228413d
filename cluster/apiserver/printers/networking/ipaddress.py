"""Columns of IPAddresses. Upstream: ``pkg/printers/internalversion/printers.go`` (``printIPAddress``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import NAME, NONE, Cell, Column, Printer
from cluster.machinery.meta import Obj, SimTime


def _parent(reference: Obj | None) -> str:
    if reference is None:
        return NONE
    resource = ".".join(filter(None, (reference.get("resource"), reference.get("group")))).lower()
    return "/".join(filter(None, (resource, reference.get("namespace"), reference.get("name", ""))))


def cells(address: Obj, now: SimTime) -> list[Cell]:
    """Return the row of an address."""
    return [address["metadata"].get("name", ""), _parent((address.get("spec") or {}).get("parentRef"))]


PRINTER = Printer((NAME, Column("ParentRef", "Whose address it is.")), cells)
