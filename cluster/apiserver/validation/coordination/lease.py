"""Rules for Leases. Upstream: ``pkg/apis/coordination/validation/validation.go``."""

from __future__ import annotations

from cluster.apiserver.validation.fields import not_negative
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, invalid
from cluster.machinery.meta import Obj


def _validate_spec(spec: Obj) -> list[FieldError]:
    duration = spec.get("leaseDurationSeconds")
    faults = [invalid("spec.leaseDurationSeconds", duration, "must be greater than 0")] if duration is not None and duration <= 0 else []
    return faults + not_negative("spec.leaseTransitions", spec.get("leaseTransitions"))


def validate(lease: Obj) -> list[FieldError]:
    """Judge a Lease to be created."""
    return validate_object_meta(lease["metadata"], namespaced=True) + _validate_spec(lease["spec"])


def validate_update(lease: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a Lease."""
    return validate_object_meta_update(lease["metadata"], old["metadata"]) + _validate_spec(lease["spec"])
