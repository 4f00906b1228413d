"""Rules for PodDisruptionBudgets.

Upstream: ``pkg/apis/policy/validation/validation.go``. Their own rules come first there, and the metadata is looked at only by the
generic ones: a name may be whatever fits into a path.
"""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.conditions import validate_conditions
from cluster.apiserver.validation.fields import invalid_text, not_negative, struct_text
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.selectors import validate_label_selector
from cluster.apiserver.validation.workload import validate_at_most_all, validate_int_or_percent
from cluster.machinery.errors import FieldError, not_supported
from cluster.machinery.meta import Obj

_EVICTION_POLICIES = ("AlwaysAllow", "IfHealthyBudget")
_COUNTS = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")


def _validate_spec(spec: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    policy = spec.get("unhealthyPodEvictionPolicy")
    available, unavailable = spec.get("minAvailable"), spec.get("maxUnavailable")
    if available is not None and unavailable is not None:
        text = struct_text(
            ("MinAvailable", available),
            ("Selector", spec.get("selector")),
            ("MaxUnavailable", unavailable),
            ("UnhealthyPodEvictionPolicy", policy),
        )
        faults.append(invalid_text("spec", text, "minAvailable and maxUnavailable cannot be both set"))
    for field, amount in (("minAvailable", available), ("maxUnavailable", unavailable)):
        if amount is not None:
            faults += validate_int_or_percent(amount, f"spec.{field}") + validate_at_most_all(amount, f"spec.{field}")
    faults += validate_label_selector(spec.get("selector"), "spec.selector")
    if policy is not None and policy not in _EVICTION_POLICIES:
        faults.append(not_supported("spec.unhealthyPodEvictionPolicy", policy, _EVICTION_POLICIES))
    return faults


def validate(budget: Obj) -> list[FieldError]:
    """Judge a PodDisruptionBudget to be created."""
    faults = _validate_spec(budget["spec"])
    return faults or validate_object_meta(budget["metadata"], namespaced=True, name_check=names.path_segment)


def validate_update(budget: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a PodDisruptionBudget."""
    return validate_object_meta_update(budget["metadata"], old["metadata"]) + _validate_spec(budget["spec"])


def validate_status_update(budget: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a PodDisruptionBudget's status."""
    status = budget.get("status", {})
    faults = validate_object_meta_update(budget["metadata"], old["metadata"])
    faults += validate_conditions(status.get("conditions") or [], "status.conditions")
    for field in _COUNTS:
        faults += not_negative(f"status.{field}", status.get(field))
    return faults
