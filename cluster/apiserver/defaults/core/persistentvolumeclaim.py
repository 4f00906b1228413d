"""Defaults of PersistentVolumeClaims. Upstream: ``pkg/apis/core/v1/defaults.go`` (``SetDefaults_PersistentVolumeClaim``)."""

from __future__ import annotations

from cluster.machinery.meta import Obj


def set_defaults(claim: Obj) -> None:
    """A claim wants a file system, and is Pending until it has a volume."""
    claim["spec"].setdefault("volumeMode", "Filesystem")
    claim["status"].setdefault("phase", "Pending")
