"""Defaults of CSIDrivers. Upstream: ``pkg/apis/storage/v1/defaults.go`` (``SetDefaults_CSIDriver``)."""

from __future__ import annotations

from cluster.machinery.meta import Obj

_SPEC: Obj = {
    "attachRequired": True,
    "podInfoOnMount": False,
    "storageCapacity": False,
    "fsGroupPolicy": "ReadWriteOnceWithFSType",
    "requiresRepublish": False,
    "seLinuxMount": False,
}


def set_defaults(driver: Obj) -> None:
    """A driver has to be asked to attach, and serves volumes that outlive their pods."""
    spec = driver["spec"]
    for field, value in _SPEC.items():
        spec.setdefault(field, value)
    spec.setdefault("volumeLifecycleModes", ["Persistent"])
