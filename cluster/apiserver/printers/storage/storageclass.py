"""Columns of StorageClasses. Upstream: ``pkg/printers/internalversion/printers.go`` (``printStorageClass``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.machinery.default_classes import STORAGE_CLASS
from cluster.machinery.meta import Obj, SimTime


def cells(storage_class: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a class; the name of a default class says that it is one."""
    meta = storage_class["metadata"]
    annotations = meta.get("annotations") or {}
    is_default = any(annotations.get(annotation) == "true" for annotation in STORAGE_CLASS)
    return [
        meta.get("name", "") + (" (default)" if is_default else ""),
        storage_class.get("provisioner", ""),
        storage_class.get("reclaimPolicy", "Delete"),
        storage_class.get("volumeBindingMode", "Immediate"),
        bool(storage_class.get("allowVolumeExpansion")),
        age(storage_class, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Provisioner", "What makes the volumes."),
        Column("ReclaimPolicy", "What becomes of a volume when its claim is gone."),
        Column("VolumeBindingMode", "When a claim gets its volume: at once, or when the first pod uses it."),
        Column("AllowVolumeExpansion", "Whether volumes can grow."),
        AGE,
    ),
    cells,
)
