"""StorageObjectInUseProtection: a volume or claim that is in use is not deleted before that ends; a finalizer holds it.

Upstream: ``plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go``.
"""

from __future__ import annotations

from cluster.apiserver.admission import CREATE, Attributes, BasePlugin
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES
from cluster.machinery.kinds.model import Kind

FINALIZERS = {PERSISTENTVOLUMECLAIMS: "kubernetes.io/pvc-protection", PERSISTENTVOLUMES: "kubernetes.io/pv-protection"}


class StorageObjectInUseProtection(BasePlugin):
    """Adds the finalizer that is missing."""

    name = "StorageObjectInUseProtection"

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """New volumes and claims."""
        return operation == CREATE and kind in FINALIZERS and not subresource

    def admit(self, attributes: Attributes) -> bool:
        """Change the finalizers."""
        meta, finalizer = attributes.given["metadata"], FINALIZERS[attributes.kind]
        present: list[str] = meta.get("finalizers") or []
        if finalizer in present:
            return False
        meta["finalizers"] = [*present, finalizer]
        return True
