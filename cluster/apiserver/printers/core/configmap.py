"""Columns of ConfigMaps. Upstream: ``pkg/printers/internalversion/printers.go`` (``printConfigMap``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime


def cells(config_map: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a ConfigMap: how many keys it has."""
    keys = len(config_map.get("data") or ()) + len(config_map.get("binaryData") or ())
    return [config_map["metadata"].get("name", ""), keys, age(config_map, now)]


PRINTER = Printer((NAME, Column("Data", "The number of keys of the configuration data."), AGE), cells)
