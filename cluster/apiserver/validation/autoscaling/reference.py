"""Rules for a reference to an object of any kind and version, as a HorizontalPodAutoscaler has them.

Upstream: ``pkg/apis/autoscaling/validation/validation.go`` (``ValidateCrossVersionObjectReference``).
"""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid
from cluster.machinery.errors import FieldError, invalid, required
from cluster.machinery.meta import Obj


def validate_reference(reference: Obj, path: str, *, needs_group: bool) -> list[FieldError]:
    """Judge a reference. ``needs_group``: the kind is none of the core group."""
    faults: list[FieldError] = []
    for field in ("kind", "name"):
        value = reference.get(field, "")
        faults += each_invalid(f"{path}.{field}", value, names.path_segment(value)) if value else [required(f"{path}.{field}")]
    version = reference.get("apiVersion", "")
    why = why_not_version(version, needs_group=needs_group)
    return [*faults, invalid(f"{path}.apiVersion", version, why)] if why else faults


def why_not_version(version: str, *, needs_group: bool) -> str:
    """Return what is wrong with an apiVersion, empty when nothing is."""
    if version.count("/") > 1:
        return f"unexpected GroupVersion string: {version}"
    group = version.rpartition("/")[0]
    return "apiVersion must specify API group" if needs_group and not group else ""
