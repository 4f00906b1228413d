"""Columns of PodTemplates. Upstream: ``pkg/printers/internalversion/printers.go`` (``printPodTemplate``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import NAME, Cell, Column, Printer, joined, labels_text
from cluster.machinery.meta import Obj, SimTime


def cells(pod_template: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a PodTemplate."""
    template = pod_template.get("template") or {}
    containers = (template.get("spec") or {}).get("containers") or ()
    return [
        pod_template["metadata"].get("name", ""),
        joined(container.get("name", "") for container in containers),
        joined(container.get("image", "") for container in containers),
        labels_text((template.get("metadata") or {}).get("labels")),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Containers", "Names of each container in the template."),
        Column("Images", "Images referenced by each container in the template."),
        Column("Pod Labels", "The labels of the template."),
    ),
    cells,
)
