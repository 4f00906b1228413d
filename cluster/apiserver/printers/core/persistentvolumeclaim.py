"""Columns of PersistentVolumeClaims. Upstream: ``pkg/printers/internalversion/printers.go`` (``printPersistentVolumeClaim``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.apiserver.printers.core.volume_text import UNSET, access_modes, phase, storage_class
from cluster.machinery.meta import Obj, SimTime


def cells(claim: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a claim; what its volume is like stands there once it has one."""
    spec, status = claim["spec"], claim.get("status", {})
    volume = spec.get("volumeName", "")
    return [
        claim["metadata"].get("name", ""),
        phase(claim),
        volume,
        (status.get("capacity") or {}).get("storage", "0") if volume else "",
        access_modes(status.get("accessModes")) if volume else "",
        storage_class(claim),
        spec.get("volumeAttributesClassName", UNSET),
        age(claim, now),
        spec.get("volumeMode", UNSET),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Status", "How far along the claim is."),
        Column("Volume", "The volume that the claim is bound to."),
        Column("Capacity", "How much the volume holds."),
        Column("Access Modes", "The ways in which the volume can be mounted."),
        Column("StorageClass", "Name of the StorageClass that the claim asks for."),
        Column("VolumeAttributesClass", "Name of the VolumeAttributesClass that the claim asks for."),
        AGE,
        Column("VolumeMode", "Whether the claim asks for a file system or a raw block device.", priority=1),
    ),
    cells,
)
