"""Columns of ReplicaSets. Upstream: ``pkg/printers/internalversion/printers.go`` (``printReplicaSet``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, CONTAINERS, IMAGES, NAME, SELECTOR, Cell, Column, Printer, age, template_columns
from cluster.machinery.labels import format_selector
from cluster.machinery.meta import Obj, SimTime


def cells(replica_set: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a ReplicaSet."""
    spec, status = replica_set["spec"], replica_set.get("status", {})
    return [
        replica_set["metadata"].get("name", ""),
        spec.get("replicas", 0),
        status.get("replicas", 0),
        status.get("readyReplicas", 0),
        age(replica_set, now),
        *template_columns(replica_set),
        format_selector(spec.get("selector")),
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
