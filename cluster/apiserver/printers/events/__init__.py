"""The group ``events.k8s.io``: the columns of the core group's Events."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.columns import Cell, Printer
from cluster.apiserver.printers.core import event
from cluster.apiserver.registry.events.conversion import EventConversion
from cluster.machinery.kinds.events import EVENTS_V1
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj, SimTime

_CONVERSION = EventConversion()


def cells(obj: Obj, now: SimTime) -> list[Cell]:
    """Return the row of an Event."""
    return event.cells(_CONVERSION.to_storage(obj), now)


PRINTERS: Mapping[Kind, Printer] = {EVENTS_V1: Printer(event.PRINTER.columns, cells)}
