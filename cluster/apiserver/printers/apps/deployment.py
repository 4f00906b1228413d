"""Columns of Deployments. Upstream: ``pkg/printers/internalversion/printers.go`` (``printDeployment``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, CONTAINERS, IMAGES, NAME, SELECTOR, Cell, Column, Printer, age, template_columns
from cluster.machinery.labels import format_selector
from cluster.machinery.meta import Obj, SimTime


def cells(deployment: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a Deployment."""
    spec, status = deployment["spec"], deployment.get("status", {})
    return [
        deployment["metadata"].get("name", ""),
        f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 0)}",
        status.get("updatedReplicas", 0),
        status.get("availableReplicas", 0),
        age(deployment, now),
        *template_columns(deployment),
        format_selector(spec.get("selector")),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Ready", "Number of the pod with ready state"),
        Column("Up-to-date", "Number of pods that have the desired template."),
        Column("Available", "Number of pods that have been ready for minReadySeconds."),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
    cells,
)
