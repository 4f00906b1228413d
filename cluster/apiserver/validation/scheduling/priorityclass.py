"""Rules for PriorityClasses. Upstream: ``pkg/apis/scheduling/validation/validation.go``, ``pkg/apis/scheduling/v1/helpers.go``."""

from __future__ import annotations

from cluster.apiserver.validation.fields import immutable
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, forbidden_field, not_supported, required
from cluster.machinery.meta import Obj
from cluster.machinery.priority import HIGHEST_USER_PRIORITY, SYSTEM_CLASSES, SYSTEM_PREFIX

_POLICIES = ("PreemptLowerPriority", "Never")


def _why_not_known(priority_class: Obj) -> str:
    """Return why a class is none of the system's, empty when it is one."""
    name, value, is_default = priority_class["metadata"]["name"], priority_class.get("value", 0), priority_class.get("globalDefault", False)
    known = next((each for each in SYSTEM_CLASSES if each["metadata"]["name"] == name), None)
    if known is None:
        return f"{name} is not a known system priority class"
    if value != known["value"]:
        return f"value of {name} PriorityClass must be {known['value']}"
    return f"globalDefault of {name} PriorityClass must be false" if is_default else ""


def validate(priority_class: Obj) -> list[FieldError]:
    """Judge a PriorityClass to be created."""
    name, policy = priority_class["metadata"].get("name", ""), priority_class.get("preemptionPolicy")
    faults = validate_object_meta(priority_class["metadata"], namespaced=False)
    if name.startswith(SYSTEM_PREFIX):
        why = _why_not_known(priority_class)
        if why:
            reserved = f"priority class names with '{SYSTEM_PREFIX}' prefix are reserved for system use only"
            faults.append(forbidden_field("metadata.name", f"{reserved}. error: {why}"))
    elif priority_class.get("value", 0) > HIGHEST_USER_PRIORITY:
        faults.append(forbidden_field("value", f"maximum allowed value of a user defined priority is {HIGHEST_USER_PRIORITY}"))
    if policy == "":
        faults.append(required("preemptionPolicy"))
    elif policy is not None and policy not in _POLICIES:
        faults.append(not_supported("preemptionPolicy", policy, _POLICIES, in_order=True))
    return faults


def validate_update(priority_class: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a PriorityClass; what it does to pods may not change."""
    faults = validate_object_meta_update(priority_class["metadata"], old["metadata"])
    if priority_class.get("value", 0) != old.get("value", 0):
        faults.append(forbidden_field("value", "may not be changed in an update."))
    return faults + immutable("preemptionPolicy", priority_class.get("preemptionPolicy"), old.get("preemptionPolicy"))
