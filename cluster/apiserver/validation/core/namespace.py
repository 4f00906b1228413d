"""Rules for Namespaces. Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidateNamespace`` and its variants)."""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.metadata import validate_finalizer_name, validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, invalid
from cluster.machinery.meta import Obj


def validate(namespace: Obj) -> list[FieldError]:
    """Judge a Namespace to be created."""
    faults = validate_object_meta(namespace["metadata"], namespaced=False, name_check=names.dns_label)
    for finalizer in namespace["spec"].get("finalizers") or ():
        faults += validate_finalizer_name(finalizer, "spec.finalizers")
    return faults


def validate_update(namespace: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a Namespace."""
    return validate_object_meta_update(namespace["metadata"], old["metadata"])


def validate_finalize(namespace: Obj, old: Obj) -> list[FieldError]:
    """Judge a change through ``namespaces/finalize``."""
    faults = validate_object_meta_update(namespace["metadata"], old["metadata"])
    for index, finalizer in enumerate(namespace["spec"].get("finalizers") or ()):
        faults += validate_finalizer_name(finalizer, f"spec.finalizers[{index}]")
    return faults


def validate_status_update(namespace: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of the phase: only what is being deleted is Terminating."""
    faults = validate_object_meta_update(namespace["metadata"], old["metadata"])
    phase = namespace.get("status", {}).get("phase", "")
    if namespace["metadata"].get("deletionTimestamp"):
        if phase != "Terminating":
            faults.append(invalid("status.Phase", phase, "may only be 'Terminating' if `deletionTimestamp` is not empty"))
    elif phase != "Active":
        faults.append(invalid("status.Phase", phase, "may only be 'Active' if `deletionTimestamp` is empty"))
    return faults
