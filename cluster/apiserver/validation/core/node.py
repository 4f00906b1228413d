"""Rules for Nodes. Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidateNode``, ``ValidateNodeUpdate``)."""

from __future__ import annotations

import ipaddress

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid, one_of, struct_text
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.placement import TAINT_EFFECTS
from cluster.apiserver.validation.resources import validate_resource_name, validate_resource_quantity
from cluster.machinery.errors import FieldError, forbidden_field, invalid, required
from cluster.machinery.meta import Obj

_ONCE = 'node updates may not change {} except from "" to valid'


def _validate_taints(taints: list[Obj], path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(taints):
        here = f"{path}[{index}]"
        key, value, effect = taint.get("key", ""), taint.get("value", ""), taint.get("effect", "")
        faults += each_invalid(f"{here}.key", key, names.qualified_name(key))
        complaints = names.label_value(value)
        faults += each_invalid(f"{here}.value", value, [";".join(complaints)] if complaints else [])
        faults += one_of(f"{here}.effect", effect, TAINT_EFFECTS) if effect else [required(f"{here}.effect")]
        if (key, effect) in seen:
            text = struct_text(("Key", key), ("Value", value), ("Effect", effect), ("TimeAdded", taint.get("timeAdded")))
            detail = f"Duplicate value: {text}: taints must be unique by key and effect pair"
            faults.append(FieldError(here, "FieldValueDuplicate", detail))
        seen.add((key, effect))
    return faults


def _validate_pod_cidrs(spec: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, cidr in enumerate(spec.get("podCIDRs") or ()):
        try:
            ipaddress.ip_network(cidr, strict=False)
        except ValueError:
            detail = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
            faults.append(invalid(f"spec.podCIDRs[{index}]", cidr, detail))
    return faults


def _validate_resources(status: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    for field in ("capacity", "allocatable"):
        for name, amount in (status.get(field) or {}).items():
            path = f"status.{field}[{name}]"
            faults += validate_resource_name(name, path)
            faults += validate_resource_quantity(name, amount, path)
    return faults


def validate(node: Obj) -> list[FieldError]:
    """Judge a Node to be created."""
    faults = validate_object_meta(node["metadata"], namespaced=False)
    faults += _validate_taints(node["spec"].get("taints") or [], "metadata.taints")
    faults += _validate_resources(node.get("status", {}))
    return faults + _validate_pod_cidrs(node["spec"])


def validate_update(node: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a Node or of its status: addresses and provider are given once."""
    faults = validate_object_meta_update(node["metadata"], old["metadata"])
    faults += _validate_resources(node.get("status", {}))
    new_spec, old_spec = node["spec"], old["spec"]
    if old_spec.get("podCIDRs") and new_spec.get("podCIDRs") != old_spec["podCIDRs"]:
        faults.append(forbidden_field("spec.podCIDRs", _ONCE.format("podCIDR")))
    if old_spec.get("providerID") and new_spec.get("providerID") != old_spec["providerID"]:
        faults.append(forbidden_field("spec.providerID", _ONCE.format("providerID")))
    faults += _validate_pod_cidrs(new_spec)
    return faults + _validate_taints(new_spec.get("taints") or [], "metadata.taints")
