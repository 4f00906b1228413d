"""Finalizers that a controller puts on objects and takes off again.

Upstream: ``pkg/util/slice/slice.go`` as the protection controllers use it.
"""

from __future__ import annotations

from cluster.controller_manager.base import copy_of
from cluster.machinery.meta import Obj


def has_finalizer(obj: Obj, finalizer: str) -> bool:
    """Whether an object is held by a finalizer."""
    return finalizer in (obj["metadata"].get("finalizers") or ())


def with_finalizer(obj: Obj, finalizer: str) -> Obj:
    """Return a copy that is held by a finalizer as well."""
    changed = copy_of(obj)
    changed["metadata"]["finalizers"] = [*(obj["metadata"].get("finalizers") or ()), finalizer]
    return changed


def without_finalizer(obj: Obj, finalizer: str) -> Obj:
    """Return a copy that a finalizer holds no longer."""
    changed = copy_of(obj)
    changed["metadata"]["finalizers"] = [each for each in obj["metadata"].get("finalizers") or () if each != finalizer]
    return changed
