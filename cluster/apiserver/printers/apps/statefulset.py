"""Columns of StatefulSets. Upstream: ``pkg/printers/internalversion/printers.go`` (``printStatefulSet``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, CONTAINERS, IMAGES, NAME, Cell, Column, Printer, age, template_columns
from cluster.machinery.meta import Obj, SimTime


def cells(stateful_set: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a StatefulSet."""
    ready, wanted = stateful_set.get("status", {}).get("readyReplicas", 0), stateful_set["spec"].get("replicas", 0)
    return [stateful_set["metadata"].get("name", ""), f"{ready}/{wanted}", age(stateful_set, now), *template_columns(stateful_set)]


PRINTER = Printer((NAME, Column("Ready", "Number of the pod with ready state"), AGE, CONTAINERS, IMAGES), cells)
