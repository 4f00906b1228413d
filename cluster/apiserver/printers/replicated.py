"""Columns that ReplicaSets and ReplicationControllers share.

Upstream: ``pkg/printers/internalversion/printers.go`` (``printReplicaSet``, ``printReplicationController``).
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.apiserver.printers.columns import AGE, CONTAINERS, IMAGES, NAME, SELECTOR, Cell, Column, Printer, age, template_columns
from cluster.machinery.meta import Obj, SimTime

_COLUMNS = (
    NAME,
    Column("Desired", "Number of pods that are wanted.", "integer"),
    Column("Current", "Number of pods that exist.", "integer"),
    Column("Ready", "Number of pods that are ready.", "integer"),
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
)


def replicated_printer(selector_text: Callable[[Obj | None], str]) -> Printer:
    """Return the printer of a kind whose selector is written so."""

    def cells(owner: Obj, now: SimTime) -> list[Cell]:
        spec, status = owner["spec"], owner.get("status", {})
        return [
            owner["metadata"].get("name", ""),
            spec.get("replicas", 0),
            status.get("replicas", 0),
            status.get("readyReplicas", 0),
            age(owner, now),
            *template_columns(owner),
            selector_text(spec.get("selector")),
        ]

    return Printer(_COLUMNS, cells)
