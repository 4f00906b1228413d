"""The group ``storage.k8s.io``. Upstream: ``pkg/registry/storage/``."""

from __future__ import annotations

from cluster.apiserver.registry.storage.csidriver import CSIDriverStrategy
from cluster.apiserver.registry.storage.csinode import CSINodeStrategy
from cluster.apiserver.registry.storage.csistoragecapacity import CSIStorageCapacityStrategy
from cluster.apiserver.registry.storage.storageclass import StorageClassStrategy
from cluster.apiserver.registry.storage.volumeattachment import VolumeAttachmentStrategy
from cluster.apiserver.registry.storage.volumeattributesclass import VolumeAttributesClassStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (
    CSIDriverStrategy(),
    CSINodeStrategy(),
    CSIStorageCapacityStrategy(),
    StorageClassStrategy(),
    VolumeAttachmentStrategy(),
    VolumeAttributesClassStrategy(),
)
