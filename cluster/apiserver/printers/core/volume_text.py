"""What the rows of volumes and of claims have in common.

Upstream: ``pkg/apis/core/helper/helpers.go`` (``GetAccessModesAsString``, ``GetPersistentVolumeClass``).
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.apiserver.printers.columns import joined
from cluster.machinery.meta import Obj

UNSET = "<unset>"
_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"


def access_modes(modes: Iterable[str] | None) -> str:
    """Return ``RWO,ROX``, always in the same order."""
    present = set(modes or ())
    return joined(short for mode, short in _MODES.items() if mode in present)


def storage_class(obj: Obj) -> str:
    """Return the class of a volume or claim; the annotation of old comes first."""
    annotated = (obj["metadata"].get("annotations") or {}).get(_CLASS_ANNOTATION)
    return str(obj["spec"].get("storageClassName", "") if annotated is None else annotated)


def phase(obj: Obj) -> str:
    """Return how far along a volume or claim is."""
    return "Terminating" if obj["metadata"].get("deletionTimestamp") else str(obj.get("status", {}).get("phase", ""))
