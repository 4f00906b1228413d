"""PersistentVolumeClaims against quotas: how many there are and how much they ask for, in all and by storage class.

Upstream: ``pkg/quota/v1/evaluator/core/persistent_volume_claims.go``.
"""

from __future__ import annotations

from collections.abc import Collection

from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.quantity import Quantity, parse_quantity
from cluster.machinery.quota.amounts import ONE, Amounts
from cluster.machinery.quota.scopes import is_selected

_COUNT, _CLAIMS, _STORAGE = "count/persistentvolumeclaims", "persistentvolumeclaims", "requests.storage"
_OF_CLASS = ".storageclass.storage.k8s.io/"
_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"


def _class(claim: Obj) -> str:
    annotated = (claim["metadata"].get("annotations") or {}).get(_CLASS_ANNOTATION)
    return str(claim["spec"].get("storageClassName", "") if annotated is None else annotated)


def _attributes_classes(claim: Obj) -> list[str]:
    status = claim.get("status", {})
    names = (
        claim["spec"].get("volumeAttributesClassName"),
        status.get("currentVolumeAttributesClassName"),
        (status.get("modifyVolumeStatus") or {}).get("targetVolumeAttributesClassName"),
    )
    return sorted({name for name in names if name})


def _size(claim: Obj) -> Quantity | None:
    """What a claim asks for, or has been given while it is being resized if that is more, in whole bytes."""
    text = (claim["spec"].get("resources", {}).get("requests") or {}).get("storage")
    if text is None:
        return None
    size = parse_quantity(text).round_up(0)
    allocated = (claim.get("status", {}).get("allocatedResources") or {}).get("storage")
    if allocated is not None and parse_quantity(allocated).compare(size) > 0:
        return parse_quantity(allocated).round_up(0)
    return size


class ClaimEvaluator:
    """Counts claims and their size, changed ones too: they may grow."""

    def handles(self, operation: str, subresource: str) -> bool:
        """New claims and changed ones."""
        return operation in ("CREATE", "UPDATE") and not subresource

    def matching(self, names: Collection[str]) -> list[str]:
        """Return the names that claims count for."""
        suffixes = (f"{_OF_CLASS}{_CLAIMS}", f"{_OF_CLASS}{_STORAGE}")
        return [name for name in names if name in (_COUNT, _CLAIMS, _STORAGE) or name.endswith(suffixes)]

    def missing(self, required: Collection[str], obj: Obj) -> str:
        """Nothing is asked of a claim."""
        return ""

    def matches_scope(self, requirement: Obj, obj: Obj) -> bool:
        """Whether a claim's volume attributes class is one that a scope is about."""
        return requirement.get("scopeName") == "VolumeAttributesClass" and is_selected(requirement, _attributes_classes(obj))

    def usage(self, obj: Obj, now: SimTime) -> Amounts:
        """Return what a claim counts for."""
        result: dict[str, Quantity] = {_COUNT: ONE, _CLAIMS: ONE}
        name, size = _class(obj), _size(obj)
        if name:
            result[f"{name}{_OF_CLASS}{_CLAIMS}"] = ONE
        if size is not None:
            result[_STORAGE] = size
            if name:
                result[f"{name}{_OF_CLASS}{_STORAGE}"] = size
        return result
