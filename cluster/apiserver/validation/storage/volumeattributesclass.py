"""Rules for VolumeAttributesClasses. Upstream: ``pkg/apis/storage/validation/validation.go`` (``ValidateVolumeAttributesClass``)."""

from __future__ import annotations

from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.storage.storageclass import validate_parameters, validate_provisioner
from cluster.machinery.errors import FieldError, forbidden_field, required
from cluster.machinery.meta import Obj


def validate(attributes_class: Obj) -> list[FieldError]:
    """Judge a VolumeAttributesClass to be created."""
    parameters = attributes_class.get("parameters") or {}
    faults = validate_object_meta(attributes_class["metadata"], namespaced=False)
    faults += validate_provisioner(attributes_class.get("driverName", ""), "driverName")
    faults += validate_parameters(parameters, "parameters")
    return faults if parameters else [*faults, required("parameters", "must contain at least one key/value pair")]


def validate_update(attributes_class: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a VolumeAttributesClass: only its metadata may change."""
    faults = validate_object_meta_update(attributes_class["metadata"], old["metadata"])
    changed = [field for field in ("driverName", "parameters") if attributes_class.get(field) != old.get(field)]
    return faults + [forbidden_field(field, f"updates to {field} are forbidden.") for field in changed]
