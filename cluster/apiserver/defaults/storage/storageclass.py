"""Defaults of StorageClasses. Upstream: ``pkg/apis/storage/v1/defaults.go`` (``SetDefaults_StorageClass``)."""

from __future__ import annotations

from cluster.machinery.meta import Obj


def set_defaults(storage_class: Obj) -> None:
    """A volume goes with its claim, and is looked for as soon as there is a claim."""
    storage_class.setdefault("reclaimPolicy", "Delete")
    storage_class.setdefault("volumeBindingMode", "Immediate")
