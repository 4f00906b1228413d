"""Columns of CSIDrivers. Upstream: ``pkg/printers/internalversion/printers.go`` (``printCSIDriver``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, NONE, Cell, Column, Printer, age, joined
from cluster.machinery.meta import Obj, SimTime


def cells(driver: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a driver."""
    spec = driver["spec"]
    requests = spec.get("tokenRequests")
    return [
        driver["metadata"].get("name", ""),
        spec.get("attachRequired", True),
        spec.get("podInfoOnMount", False),
        spec.get("storageCapacity", False),
        "<unset>" if requests is None else joined(request.get("audience", "") for request in requests),
        spec.get("requiresRepublish", False),
        joined(spec.get("volumeLifecycleModes") or ()) or NONE,
        age(driver, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("AttachRequired", "Whether volumes have to be attached to a node before they are mounted.", type="boolean"),
        Column("PodInfoOnMount", "Whether the driver is told which pod mounts a volume.", type="boolean"),
        Column("StorageCapacity", "Whether pods are scheduled by the capacity that the driver reports.", type="boolean"),
        Column("TokenRequests", "The audiences of the tokens that the driver gets."),
        Column("RequiresRepublish", "Whether the driver is called again and again while a volume is mounted.", type="boolean"),
        Column("Modes", "Whether volumes outlive their pods."),
        AGE,
    ),
    cells,
)
