"""Columns of DaemonSets. Upstream: ``pkg/printers/internalversion/printers.go`` (``printDaemonSet``)."""

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
from cluster.machinery.labels import format_selector
from cluster.machinery.meta import Obj, SimTime


def cells(daemon_set: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a DaemonSet."""
    spec, status = daemon_set["spec"], daemon_set.get("status", {})
    return [
        daemon_set["metadata"].get("name", ""),
        status.get("desiredNumberScheduled", 0),
        status.get("currentNumberScheduled", 0),
        status.get("numberReady", 0),
        status.get("updatedNumberScheduled", 0),
        status.get("numberAvailable", 0),
        labels_text(spec.get("template", {}).get("spec", {}).get("nodeSelector")),
        age(daemon_set, now),
        *template_columns(daemon_set),
        format_selector(spec.get("selector")),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Desired", "Number of nodes that should run the pod.", "integer"),
        Column("Current", "Number of those nodes that run at least one.", "integer"),
        Column("Ready", "Number of those nodes whose pod is ready.", "integer"),
        Column("Up-to-date", "Number of nodes whose pod has the desired template.", "integer"),
        Column("Available", "Number of nodes whose pod has been ready for minReadySeconds.", "integer"),
        Column("Node Selector", "The labels of the nodes that should run the pod."),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
    cells,
)
