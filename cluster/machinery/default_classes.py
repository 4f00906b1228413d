"""Which class is the default one: the youngest of those that are marked, the first by name among those of one age.

Upstream: ``plugin/pkg/admission/storage/storageclass/setdefault/admission.go``, ``plugin/pkg/admission/network/defaultingressclass``,
``pkg/volume/util/storageclass.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cluster.machinery.meta import Obj

STORAGE_CLASS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
"""Annotations that mark the default StorageClass."""


def default_class(classes: Iterable[Obj], annotations: Sequence[str]) -> str:
    """Return the name of the default class, an empty text for none. ``annotations``: any of them, ``true``, marks a class."""
    marked = [c for c in classes if any((c["metadata"].get("annotations") or {}).get(a) == "true" for a in annotations)]
    by_name = sorted(marked, key=lambda c: str(c["metadata"]["name"]))
    youngest = sorted(by_name, key=lambda c: str(c["metadata"].get("creationTimestamp", "")), reverse=True)
    return youngest[0]["metadata"]["name"] if youngest else ""
