"""Server-side apply: which manager owns which field, and what a configuration that somebody applies makes of an object.

The real API server uses the library structured-merge-diff on Go values; this is the same on dicts in wire shape. It knows no kinds: what it
must know of types comes through ``MergeType``.

Upstream: ``sigs.k8s.io/structured-merge-diff/v6``.
"""

from __future__ import annotations

from cluster.machinery.apply import field_set, path
from cluster.machinery.apply.field_set import FieldSet
from cluster.machinery.apply.items import BadItem
from cluster.machinery.apply.path import BadPathElement
from cluster.machinery.apply.types import DEDUCED, OPAQUE, MergeType, Shape
from cluster.machinery.apply.updater import Conflict, Conflicts, Managers, Updater, VersionedSet, Versions
from cluster.machinery.apply.validation import InvalidObject, validate

__all__ = [
    "DEDUCED",
    "OPAQUE",
    "BadItem",
    "BadPathElement",
    "Conflict",
    "Conflicts",
    "FieldSet",
    "InvalidObject",
    "Managers",
    "MergeType",
    "Shape",
    "Updater",
    "VersionedSet",
    "Versions",
    "field_set",
    "path",
    "validate",
]
