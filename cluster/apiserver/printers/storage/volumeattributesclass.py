"""Columns of VolumeAttributesClasses. Upstream: ``pkg/printers/internalversion/printers.go`` (``printVolumeAttributesClass``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime


def cells(attributes_class: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a class."""
    return [attributes_class["metadata"].get("name", ""), attributes_class.get("driverName", ""), age(attributes_class, now)]


PRINTER = Printer((NAME, Column("DriverName", "The CSI driver that is told the attributes."), AGE), cells)
