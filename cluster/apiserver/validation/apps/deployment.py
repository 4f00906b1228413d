"""Rules for Deployments.

Upstream: ``pkg/apis/apps/validation/validation.go`` (``ValidateDeployment``), ``pkg/registry/apps/deployment/strategy.go``.
"""

from __future__ import annotations

from cluster.apiserver.validation.fields import immutable, not_negative, struct_text
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.selectors import invalid_selector
from cluster.apiserver.validation.workload import (
    amount_of,
    parsed_selector,
    validate_at_most_all,
    validate_collision_count,
    validate_counts,
    validate_int_or_percent,
    validate_replicated_template,
    validate_selector,
)
from cluster.machinery.errors import FieldError, forbidden_field, invalid, required
from cluster.machinery.meta import Obj

_COUNTS = (
    *("observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas"),
    *("unavailableReplicas", "collisionCount"),
)


def _validate_rolling_update(rolling: Obj, path: str) -> list[FieldError]:
    unavailable, surge = rolling.get("maxUnavailable"), rolling.get("maxSurge")
    faults = validate_int_or_percent(unavailable, f"{path}.maxUnavailable")
    faults += validate_int_or_percent(surge, f"{path}.maxSurge")
    if amount_of(unavailable) == 0 and amount_of(surge) == 0:
        faults.append(invalid(f"{path}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0"))
    return faults + validate_at_most_all(unavailable, f"{path}.maxUnavailable")


def _validate_strategy(strategy: Obj, path: str) -> list[FieldError]:
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    if kind == "Recreate":
        detail = "may not be specified when strategy `type` is 'Recreate'"
        return [] if rolling is None else [forbidden_field(f"{path}.rollingUpdate", detail)]
    if kind == "RollingUpdate":
        if rolling is None:
            return [required(f"{path}.rollingUpdate", "this should be defaulted and never be nil")]
        return _validate_rolling_update(rolling, f"{path}.rollingUpdate")
    text = struct_text(("Type", kind), ("RollingUpdate", _go_rolling_update(rolling)))
    return [FieldError(path, "FieldValueNotSupported", f'Unsupported value: {text}: supported values: "Recreate", "RollingUpdate"')]


def _go_rolling_update(rolling: Obj | None) -> Obj | None:
    return None if rolling is None else {"MaxUnavailable": rolling.get("maxUnavailable", 0), "MaxSurge": rolling.get("maxSurge", 0)}


def _validate_spec(spec: Obj) -> list[FieldError]:
    faults = not_negative("spec.replicas", spec.get("replicas"))
    faults += validate_selector(spec.get("selector"), "spec.selector", "deployment")
    selector = parsed_selector(spec)
    if selector is None:
        faults.append(invalid_selector("spec.selector", spec["selector"], "invalid label selector"))
    else:
        faults += validate_replicated_template(selector, spec, "spec.template", "ReplicaSet")
    faults += _validate_strategy(spec.get("strategy") or {}, "spec.strategy")
    faults += not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    faults += not_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit"))
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None:
        faults += not_negative("spec.progressDeadlineSeconds", deadline)
        if deadline <= spec.get("minReadySeconds", 0):
            faults.append(invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"))
    return faults


def validate(deployment: Obj) -> list[FieldError]:
    """Judge a Deployment to be created."""
    return validate_object_meta(deployment["metadata"], namespaced=True) + _validate_spec(deployment["spec"])


def validate_update(deployment: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a Deployment; its selector may not change."""
    faults = validate_object_meta_update(deployment["metadata"], old["metadata"])
    faults += _validate_spec(deployment["spec"])
    return faults + immutable("spec.selector", deployment["spec"].get("selector"), old["spec"].get("selector"))


def validate_status_update(deployment: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a Deployment's status."""
    status = deployment.get("status", {})
    faults = validate_object_meta_update(deployment["metadata"], old["metadata"])
    for field in _COUNTS:
        faults += not_negative(f"status.{field}", status.get(field))
    faults += validate_counts(status, ("updatedReplicas", "readyReplicas", "availableReplicas"))
    return faults + validate_collision_count(status, old.get("status", {}))
