"""Rules for CSIStorageCapacities. Upstream: ``pkg/apis/storage/validation/validation.go`` (``ValidateCSIStorageCapacity``)."""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import IMMUTABLE, NOT_NEGATIVE, each_invalid, immutable
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.selectors import invalid_selector, validate_label_selector
from cluster.machinery.errors import FieldError, invalid
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import parse_quantity


def validate(capacity: Obj) -> list[FieldError]:
    """Judge a CSIStorageCapacity to be created."""
    name, amount = capacity.get("storageClassName", ""), capacity.get("capacity")
    faults = validate_object_meta(capacity["metadata"], namespaced=True)
    faults += validate_label_selector(capacity.get("nodeTopology"), "nodeTopology")
    faults += each_invalid("storageClassName", name, names.dns_subdomain(name))
    if amount is not None and parse_quantity(amount).sign < 0:
        faults.append(invalid("capacity", amount, NOT_NEGATIVE))
    return faults


def validate_update(capacity: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a CSIStorageCapacity: what it is about stays."""
    faults = validate_object_meta_update(capacity["metadata"], old["metadata"])
    topology = capacity.get("nodeTopology")
    if topology != old.get("nodeTopology"):
        if topology is None:
            faults.append(invalid("nodeTopology", "null", IMMUTABLE))
        else:
            faults.append(invalid_selector("nodeTopology", topology, IMMUTABLE))
    return faults + immutable("storageClassName", capacity.get("storageClassName", ""), old.get("storageClassName", ""))
