"""DefaultStorageClass: a claim that names no class gets the one that is marked as default.

Upstream: ``plugin/pkg/admission/storage/storageclass/setdefault/admission.go``.
"""

from __future__ import annotations

from cluster.apiserver.admission import CREATE, Attributes, BasePlugin
from cluster.apiserver.reader import Reader
from cluster.machinery.default_classes import STORAGE_CLASS, default_class
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.storage import STORAGECLASSES

_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"


class DefaultStorageClass(BasePlugin):
    """Fills in the class."""

    name = "DefaultStorageClass"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """New claims."""
        return operation == CREATE and kind is PERSISTENTVOLUMECLAIMS and not subresource

    def admit(self, attributes: Attributes) -> bool:
        """Change ``spec.storageClassName``. An empty name is a name: such a claim wants no class."""
        claim = attributes.given
        if "storageClassName" in claim["spec"] or _CLASS_ANNOTATION in (claim["metadata"].get("annotations") or {}):
            return False
        name = default_class(self._reader.list(STORAGECLASSES), STORAGE_CLASS)
        if name:
            claim["spec"]["storageClassName"] = name
        return bool(name)
