"""Columns of VolumeAttachments. Upstream: ``pkg/printers/internalversion/printers.go`` (``printVolumeAttachment``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime


def cells(attachment: Obj, now: SimTime) -> list[Cell]:
    """Return the row of an attachment."""
    spec = attachment["spec"]
    return [
        attachment["metadata"].get("name", ""),
        spec.get("attacher", ""),
        (spec.get("source") or {}).get("persistentVolumeName", ""),
        spec.get("nodeName", ""),
        bool(attachment.get("status", {}).get("attached")),
        age(attachment, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Attacher", "The driver that attaches the volume.", format="name"),
        Column("PV", "The volume to attach."),
        Column("Node", "The node to attach it to."),
        Column("Attached", "Whether the volume is attached.", type="boolean"),
        AGE,
    ),
    cells,
)
