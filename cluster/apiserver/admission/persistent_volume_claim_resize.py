"""PersistentVolumeClaimResize: a claim grows only when its volume was made by a class whose volumes can.

Upstream: ``plugin/pkg/admission/storage/persistentvolume/resize/admission.go``.
"""

from __future__ import annotations

from cluster.apiserver.admission import UPDATE, Attributes, BasePlugin
from cluster.apiserver.reader import Reader
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.storage import STORAGECLASSES
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import Quantity, parse_quantity

_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
_ONLY_DYNAMIC = "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"


class PersistentVolumeClaimResize(BasePlugin):
    """Judges claims that ask for more."""

    name = "PersistentVolumeClaimResize"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """Changed claims."""
        return operation == UPDATE and kind is PERSISTENTVOLUMECLAIMS and not subresource

    def validate(self, attributes: Attributes) -> None:
        """Refuse with 403 when a bound claim grows that cannot."""
        claim, old = attributes.given, attributes.old or {}
        if _size(claim).compare(_size(old)) <= 0:
            return
        if old.get("status", {}).get("phase") != "Bound":
            raise attributes.forbidden("Only bound persistent volume claims can be expanded")
        if not self._is_expandable(claim, old):
            raise attributes.forbidden(_ONLY_DYNAMIC)

    def _is_expandable(self, claim: Obj, old: Obj) -> bool:
        name, before = _class(claim), _class(old)
        storage_class = self._reader.get(STORAGECLASSES, "", name) if name and name == before else None
        return storage_class is not None and bool(storage_class.get("allowVolumeExpansion"))


def _size(claim: Obj) -> Quantity:
    requests = claim.get("spec", {}).get("resources", {}).get("requests") or {}
    return parse_quantity(requests.get("storage", "0"))


def _class(claim: Obj) -> str:
    annotated = (claim["metadata"].get("annotations") or {}).get(_CLASS_ANNOTATION)
    return str(claim["spec"].get("storageClassName", "") if annotated is None else annotated)
