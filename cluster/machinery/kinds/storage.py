"""Kinds of the group ``storage.k8s.io``. Upstream: ``pkg/registry/storage/rest/storage_storage.go``."""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind, status_of

CSIDRIVERS = Kind("storage.k8s.io", "v1", "CSIDriver", "csidrivers", "csidriver", False, "csidrivers")
CSINODES = Kind("storage.k8s.io", "v1", "CSINode", "csinodes", "csinode", False, "csinodes")
CSISTORAGECAPACITIES = Kind(
    "storage.k8s.io", "v1", "CSIStorageCapacity", "csistoragecapacities", "csistoragecapacity", True, "csistoragecapacities"
)
STORAGECLASSES = Kind("storage.k8s.io", "v1", "StorageClass", "storageclasses", "storageclass", False, "storageclasses", ("sc",))
VOLUMEATTACHMENTS = Kind(
    "storage.k8s.io",
    "v1",
    "VolumeAttachment",
    "volumeattachments",
    "volumeattachment",
    False,
    "volumeattachments",
    subresources=(status_of("storage.k8s.io", "v1", "VolumeAttachment"),),
)
VOLUMEATTRIBUTESCLASSES = Kind(
    "storage.k8s.io",
    "v1",
    "VolumeAttributesClass",
    "volumeattributesclasses",
    "volumeattributesclass",
    False,
    "volumeattributesclasses",
    ("vac",),
)

KINDS: tuple[Kind, ...] = (CSIDRIVERS, CSINODES, CSISTORAGECAPACITIES, STORAGECLASSES, VOLUMEATTACHMENTS, VOLUMEATTRIBUTESCLASSES)
