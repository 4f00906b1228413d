"""Rules for ControllerRevisions. Upstream: ``pkg/apis/apps/validation/validation.go`` (``ValidateControllerRevision``)."""

from __future__ import annotations

from cluster.apiserver.validation.fields import immutable, not_negative
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, required
from cluster.machinery.meta import Obj


def validate(revision: Obj) -> list[FieldError]:
    """Judge a ControllerRevision to be created."""
    faults = validate_object_meta(revision["metadata"], namespaced=True)
    if revision.get("data") is None:
        faults.append(required("data", "data is mandatory"))
    return faults + not_negative("revision", revision.get("revision"))


def validate_update(revision: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a ControllerRevision; its data may not change."""
    faults = validate_object_meta_update(revision["metadata"], old["metadata"])
    faults += validate(revision)
    return faults + immutable("data", revision.get("data"), old.get("data"))
