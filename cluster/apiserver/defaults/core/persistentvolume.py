"""Defaults of PersistentVolumes and of the storage systems they name.

Upstream: ``pkg/apis/core/v1/defaults.go`` (``SetDefaults_PersistentVolume`` and the functions for each source).
"""

from __future__ import annotations

from cluster.machinery.meta import Obj

_SOURCES: dict[str, Obj] = {
    "azureDisk": {"cachingMode": "ReadWrite", "kind": "Shared", "fsType": "ext4", "readOnly": False},
    "hostPath": {"type": ""},
    "iscsi": {"iscsiInterface": "default"},
    "rbd": {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"},
    "scaleIO": {"storageMode": "ThinProvisioned", "fsType": "xfs"},
}


def set_source_defaults(spec: Obj) -> None:
    """Fill in what the storage system that a volume's spec names leaves open."""
    for source, defaults in _SOURCES.items():
        if source in spec:
            spec[source] = {**defaults, **spec[source]}


def set_defaults(volume: Obj) -> None:
    """Fill in a PersistentVolume; it is Pending until the binder has looked at it."""
    spec = volume["spec"]
    set_source_defaults(spec)
    spec.setdefault("persistentVolumeReclaimPolicy", "Retain")
    spec.setdefault("volumeMode", "Filesystem")
    volume["status"].setdefault("phase", "Pending")
