"""Rules for IPAddresses. Upstream: ``pkg/apis/networking/validation/validation.go`` (``ValidateIPAddress``)."""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import IMMUTABLE, each_invalid, invalid_text, struct_text
from cluster.apiserver.validation.ip import canonical_ip
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, invalid, required
from cluster.machinery.meta import Obj

_PARENT = "spec.parentRef"


def _name_check(name: str) -> list[str]:
    """The name is the address."""
    return [fault.text.split(": ", 2)[2] for fault in canonical_ip("", name)]


def validate(address: Obj) -> list[FieldError]:
    """Judge an IPAddress to be created."""
    faults = validate_object_meta(address["metadata"], namespaced=False, name_check=_name_check)
    parent = (address.get("spec") or {}).get("parentRef")
    if parent is None:
        return [*faults, required(_PARENT)]
    group, namespace = parent.get("group", ""), parent.get("namespace", "")
    if group:
        faults += each_invalid(f"{_PARENT}.group", group, names.dns_subdomain(group))
    for field in ("resource", "name"):
        value = parent.get(field, "")
        faults += each_invalid(f"{_PARENT}.{field}", value, names.path_segment(value)) if value else [required(f"{_PARENT}.{field}")]
    return faults + each_invalid(f"{_PARENT}.namespace", namespace, names.path_segment(namespace))


def validate_update(address: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of an IPAddress: whose it is stays."""
    faults = validate_object_meta_update(address["metadata"], old["metadata"])
    parent = (address.get("spec") or {}).get("parentRef")
    if parent == (old.get("spec") or {}).get("parentRef"):
        return faults
    if parent is None:
        return [*faults, invalid(_PARENT, "null", IMMUTABLE)]
    fields = ("group", "resource", "namespace", "name")
    return [*faults, invalid_text(_PARENT, struct_text(*((field.capitalize(), parent.get(field, "")) for field in fields)), IMMUTABLE)]
