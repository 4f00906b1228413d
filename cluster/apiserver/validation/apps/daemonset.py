"""Rules for DaemonSets.

Upstream: ``pkg/apis/apps/validation/validation.go`` (``ValidateDaemonSet``), ``pkg/registry/apps/daemonset/strategy.go``.
"""

from __future__ import annotations

from cluster.apiserver.validation.fields import immutable, not_negative, struct_text
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.pod_spec import validate_pod_template
from cluster.apiserver.validation.selectors import invalid_selector, is_empty, validate_label_selector
from cluster.apiserver.validation.workload import (
    amount_of,
    parsed_selector,
    validate_at_most_all,
    validate_collision_count,
    validate_int_or_percent,
    validate_runs_forever,
    validate_template_labels,
)
from cluster.machinery.errors import FieldError, invalid, required
from cluster.machinery.meta import Obj

_COUNTS = (
    *("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady", "observedGeneration"),
    *("updatedNumberScheduled", "numberAvailable", "numberUnavailable", "collisionCount"),
)


def _validate_rolling_update(rolling: Obj, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for field in ("maxUnavailable", "maxSurge"):
        faults += validate_int_or_percent(rolling.get(field, 0), f"{path}.{field}")
    for field in ("maxUnavailable", "maxSurge"):
        faults += validate_at_most_all(rolling.get(field, 0), f"{path}.{field}")
    has_unavailable, has_surge = amount_of(rolling.get("maxUnavailable")) != 0, amount_of(rolling.get("maxSurge")) != 0
    if has_unavailable and has_surge:
        faults.append(invalid(f"{path}.maxSurge", rolling["maxSurge"], "may not be set when maxUnavailable is non-zero"))
    elif not has_unavailable and not has_surge:
        faults.append(required(f"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0"))
    return faults


def _validate_update_strategy(strategy: Obj, path: str) -> list[FieldError]:
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    if kind == "OnDelete":
        return []
    if kind == "RollingUpdate":
        return [required(f"{path}.rollingUpdate")] if rolling is None else _validate_rolling_update(rolling, f"{path}.rollingUpdate")
    go_rolling = rolling and {"MaxUnavailable": rolling.get("maxUnavailable", 0), "MaxSurge": rolling.get("maxSurge", 0)}
    text = struct_text(("Type", kind), ("RollingUpdate", go_rolling))
    return [FieldError(path, "FieldValueNotSupported", f'Unsupported value: {text}: supported values: "RollingUpdate", "OnDelete"')]


def _validate_spec(spec: Obj) -> list[FieldError]:
    template = spec.get("template") or {}
    faults = validate_label_selector(spec.get("selector"), "spec.selector")
    selector = parsed_selector(spec)
    if selector is not None:
        faults += validate_template_labels(selector, template, "spec.template")
    if spec.get("selector") is not None and is_empty(spec["selector"]):
        faults.append(invalid_selector("spec.selector", spec["selector"], "empty selector is invalid for daemonset"))
    faults += validate_pod_template(template, "spec.template")
    faults += validate_runs_forever(template, "spec.template", "DaemonSet")
    faults += not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    faults += _validate_update_strategy(spec.get("updateStrategy") or {}, "spec.updateStrategy")
    return faults + not_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit"))


def validate(daemon_set: Obj) -> list[FieldError]:
    """Judge a DaemonSet to be created."""
    return validate_object_meta(daemon_set["metadata"], namespaced=True) + _validate_spec(daemon_set["spec"])


def validate_update(daemon_set: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a DaemonSet; its selector may not change."""
    faults = validate_object_meta_update(daemon_set["metadata"], old["metadata"])
    faults += _validate_spec(daemon_set["spec"])
    return faults + immutable("spec.selector", daemon_set["spec"].get("selector"), old["spec"].get("selector"))


def validate_status_update(daemon_set: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a DaemonSet's status."""
    status = daemon_set.get("status", {})
    faults = validate_object_meta_update(daemon_set["metadata"], old["metadata"])
    for field in _COUNTS:
        faults += not_negative(f"status.{field}", status.get(field))
    return faults + validate_collision_count(status, old.get("status", {}))
