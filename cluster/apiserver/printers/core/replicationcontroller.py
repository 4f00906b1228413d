"""Columns of ReplicationControllers. Upstream: ``pkg/printers/internalversion/printers.go`` (``printReplicationController``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import (
    AGE,
    CONTAINERS,
    IMAGES,
    NAME,
    SELECTOR,
    Cell,
    Column,
    Printer,
    age,
    labels_text,
    template_columns,
)
from cluster.machinery.meta import Obj, SimTime


def cells(controller: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a ReplicationController."""
    spec, status = controller["spec"], controller.get("status", {})
    return [
        controller["metadata"].get("name", ""),
        spec.get("replicas", 0),
        status.get("replicas", 0),
        status.get("readyReplicas", 0),
        age(controller, now),
        *template_columns(controller),
        labels_text(spec.get("selector")),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Desired", "Number of pods that are wanted.", "integer"),
        Column("Current", "Number of pods that exist.", "integer"),
        Column("Ready", "Number of pods that are ready.", "integer"),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
    cells,
)
