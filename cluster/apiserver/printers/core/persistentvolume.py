"""Columns of PersistentVolumes. Upstream: ``pkg/printers/internalversion/printers.go`` (``printPersistentVolume``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.apiserver.printers.core.volume_text import UNSET, access_modes, phase, storage_class
from cluster.machinery.meta import Obj, SimTime


def cells(volume: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a volume."""
    spec, claim = volume["spec"], volume["spec"].get("claimRef")
    return [
        volume["metadata"].get("name", ""),
        (spec.get("capacity") or {}).get("storage", "0"),
        access_modes(spec.get("accessModes")),
        spec.get("persistentVolumeReclaimPolicy", ""),
        phase(volume),
        f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else "",
        storage_class(volume),
        spec.get("volumeAttributesClassName", UNSET),
        volume.get("status", {}).get("reason", ""),
        age(volume, now),
        spec.get("volumeMode", UNSET),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Capacity", "How much the volume holds."),
        Column("Access Modes", "All ways in which the volume can be mounted."),
        Column("Reclaim Policy", "What becomes of the volume when its claim is gone."),
        Column("Status", "How far along the volume is: available to a claim, bound, released, failed."),
        Column("Claim", "The claim that the volume is bound to."),
        Column("StorageClass", "Name of the StorageClass that the volume belongs to."),
        Column("VolumeAttributesClass", "Name of the VolumeAttributesClass that the volume belongs to."),
        Column("Reason", "Why the volume is in this state, in one word."),
        AGE,
        Column("VolumeMode", "Whether the volume is a file system or a raw block device.", priority=1),
    ),
    cells,
)
