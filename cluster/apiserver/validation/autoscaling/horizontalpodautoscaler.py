"""Rules for HorizontalPodAutoscalers.

Upstream: ``pkg/apis/autoscaling/validation/validation.go``, ``pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go``.
"""

from __future__ import annotations

from cluster.apiserver.validation.autoscaling.metrics import validate_metrics
from cluster.apiserver.validation.autoscaling.reference import validate_reference, why_not_version
from cluster.apiserver.validation.fields import not_negative
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, forbidden_field, invalid, not_supported, required
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import parse_quantity

_MAX_PERIOD, _MAX_WINDOW = 1800, 3600
_SELECTIONS = ("Disabled", "Max", "Min")
_POLICIES = ("Percent", "Pods")
_FROM_ZERO = "must specify at least one Object or External metric to support scaling to zero replicas"


def _needs_group(reference: Obj) -> bool:
    """Of the core group only ReplicationControllers can be scaled."""
    return reference.get("kind") != "ReplicationController"


def _validate_replicas(spec: Obj, lowest: int) -> list[FieldError]:
    low, high = spec.get("minReplicas"), spec.get("maxReplicas", 0)
    faults: list[FieldError] = []
    if low is not None and low < lowest:
        faults.append(invalid("spec.minReplicas", low, f"must be greater than or equal to {lowest}"))
    if high < 1:
        faults.append(invalid("spec.maxReplicas", high, "must be greater than 0"))
    if low is not None and high < low:
        faults.append(invalid("spec.maxReplicas", high, "must be greater than or equal to `minReplicas`"))
    return faults


def _validate_spec(spec: Obj, old: Obj | None) -> list[FieldError]:
    """``old``: what is there already stays allowed: no replicas at all (HPAScaleToZero is closed), a version that says nothing."""
    before, target = old or {}, spec["scaleTargetRef"]
    faults = _validate_replicas(spec, 0 if before.get("minReplicas") == 0 else 1)
    faults += _validate_target(target, before.get("scaleTargetRef"))
    metrics = spec.get("metrics") or []
    faults += validate_metrics(metrics, "spec.metrics")
    if spec.get("minReplicas") == 0 and not any(metric.get("type") in ("Object", "External") for metric in metrics):
        faults.append(forbidden_field("spec.metrics", _FROM_ZERO))
    behavior = spec.get("behavior") or {}
    for direction in ("scaleUp", "scaleDown"):
        if direction in behavior:
            faults += _validate_rules(behavior[direction], f"spec.behavior.{direction}")
    return faults


def _validate_target(target: Obj, old: Obj | None) -> list[FieldError]:
    path = "spec.scaleTargetRef"
    faults = validate_reference(target, path, needs_group=_needs_group(target))
    if old is not None and why_not_version(old.get("apiVersion", ""), needs_group=_needs_group(old)):
        return [fault for fault in faults if fault.field != f"{path}.apiVersion"]
    return faults


def _validate_rules(rules: Obj, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    window, selection, policies = rules.get("stabilizationWindowSeconds"), rules.get("selectPolicy"), rules.get("policies") or []
    if window is not None and window < 0:
        faults.append(invalid(f"{path}.stabilizationWindowSeconds", window, "must be greater than or equal to zero"))
    if window is not None and window > _MAX_WINDOW:
        faults.append(invalid(f"{path}.stabilizationWindowSeconds", window, f"must be less than or equal to {_MAX_WINDOW}"))
    if selection is not None and selection not in _SELECTIONS:
        faults.append(not_supported(f"{path}.selectPolicy", selection, _SELECTIONS))
    if not policies:
        faults.append(required(f"{path}.policies", "must specify at least one Policy"))
    for index, policy in enumerate(policies):
        faults += _validate_policy(policy, f"{path}.policies[{index}]")
    tolerance = rules.get("tolerance")
    if tolerance is not None and parse_quantity(tolerance).milli_value < 0:
        faults.append(invalid(f"{path}.tolerance", tolerance, "must be greater than or equal to 0"))
    return faults


def _validate_policy(policy: Obj, path: str) -> list[FieldError]:
    kind, value, period = policy.get("type", ""), policy.get("value", 0), policy.get("periodSeconds", 0)
    faults: list[FieldError] = []
    if kind not in _POLICIES:
        faults.append(not_supported(f"{path}.type", kind, _POLICIES))
    if value <= 0:
        faults.append(invalid(f"{path}.value", value, "must be greater than zero"))
    if period <= 0:
        faults.append(invalid(f"{path}.periodSeconds", period, "must be greater than zero"))
    if period > _MAX_PERIOD:
        faults.append(invalid(f"{path}.periodSeconds", period, f"must be less than or equal to {_MAX_PERIOD}"))
    return faults


def validate(autoscaler: Obj) -> list[FieldError]:
    """Judge an autoscaler to be created."""
    return validate_object_meta(autoscaler["metadata"], namespaced=True) + _validate_spec(autoscaler["spec"], None)


def validate_update(autoscaler: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of an autoscaler."""
    return validate_object_meta_update(autoscaler["metadata"], old["metadata"]) + _validate_spec(autoscaler["spec"], old["spec"])


def validate_status_update(autoscaler: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of an autoscaler's status."""
    status = autoscaler.get("status", {})
    faults = validate_object_meta_update(autoscaler["metadata"], old["metadata"])
    faults += not_negative("status.currentReplicas", status.get("currentReplicas"))
    return faults + not_negative("status.desiredReplicas", status.get("desiredReplicas"))
