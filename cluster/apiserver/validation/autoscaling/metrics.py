"""Rules for what a HorizontalPodAutoscaler measures.

Upstream: ``pkg/apis/autoscaling/validation/validation.go`` (``validateMetrics``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cluster.apiserver.validation import names
from cluster.apiserver.validation.autoscaling.reference import validate_reference
from cluster.apiserver.validation.fields import each_invalid
from cluster.machinery.errors import FieldError, forbidden_field, invalid, not_supported, required
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import parse_quantity

_TYPES = ("ContainerResource", "External", "Object", "Pods", "Resource")
_TARGETS = ("Utilization", "Value", "AverageValue")


def validate_metrics(metrics: list[Obj], path: str) -> list[FieldError]:
    """Judge what is measured."""
    faults: list[FieldError] = []
    for index, metric in enumerate(metrics):
        faults += _validate_metric(metric, f"{path}[{index}]")
    return faults


def _validate_metric(metric: Obj, path: str) -> list[FieldError]:
    kind = metric.get("type", "")
    faults = [] if kind else [required(f"{path}.type", "must specify a metric source type")]
    if kind not in _TYPES:
        faults.append(not_supported(f"{path}.type", kind, _TYPES))
    present = [source for source in _SOURCES if source in metric]
    if present:
        faults += _SOURCES[present[0]](metric[present[0]], f"{path}.{present[0]}")
    expected = kind[:1].lower() + kind[1:] if kind in _TYPES else ""
    if not expected:
        faults.append(not_supported(f"{path}.type", kind, _TYPES))
    elif expected not in metric:
        faults.append(required(f"{path}.{expected}", "must populate information for the given metric source"))
    if len(present) != 1:
        only = "must populate the given metric source only"
        faults += [forbidden_field(f"{path}.{source}", only) for source in present if source != expected]
    return faults


def _validate_identifier(identifier: Obj, path: str) -> list[FieldError]:
    name = identifier.get("name", "")
    if not name:
        return [required(f"{path}.name", "must specify a metric name")]
    return each_invalid(f"{path}.name", name, names.path_segment(name))


def _validate_target(target: Obj, path: str) -> list[FieldError]:
    kind = target.get("type", "")
    faults = [] if kind else [required(f"{path}.type", "must specify a metric target type")]
    if kind not in _TARGETS:
        faults.append(invalid(f"{path}.type", kind, "must be either Utilization, Value, or AverageValue"))
    for field in ("value", "averageValue"):
        if field in target and parse_quantity(target[field]).milli_value <= 0:
            faults.append(invalid(f"{path}.{field}", target[field], "must be positive"))
    utilization = target.get("averageUtilization")
    if utilization is not None and utilization < 1:
        faults.append(invalid(f"{path}.averageUtilization", utilization, "must be greater than 0"))
    return faults


def _validate_object(source: Obj, path: str) -> list[FieldError]:
    target = source["target"]
    faults = validate_reference(source["describedObject"], f"{path}.describedObject", needs_group=False)
    faults += _validate_identifier(source["metric"], f"{path}.metric") + _validate_target(target, f"{path}.target")
    if "value" not in target and "averageValue" not in target:
        faults.append(required(f"{path}.target.averageValue", "must set either a target value or averageValue"))
    return faults


def _validate_external(source: Obj, path: str) -> list[FieldError]:
    target = source["target"]
    faults = _validate_identifier(source["metric"], f"{path}.metric") + _validate_target(target, f"{path}.target")
    if "value" not in target and "averageValue" not in target:
        faults.append(required(f"{path}.target.averageValue", "must set either a target value for metric or a per-pod target"))
    if "value" in target and "averageValue" in target:
        faults.append(forbidden_field(f"{path}.target.value", "may not set both a target value for metric and a per-pod target"))
    return faults


def _validate_pods(source: Obj, path: str) -> list[FieldError]:
    faults = _validate_identifier(source["metric"], f"{path}.metric") + _validate_target(source["target"], f"{path}.target")
    if "averageValue" not in source["target"]:
        faults.append(required(f"{path}.target.averageValue", "must specify a positive target averageValue"))
    return faults


def _validate_resource(source: Obj, path: str) -> list[FieldError]:
    faults = [] if source.get("name") else [required(f"{path}.name", "must specify a resource name")]
    return faults + _validate_usage(source["target"], f"{path}.target")


def _validate_container_resource(source: Obj, path: str) -> list[FieldError]:
    container = source.get("container", "")
    faults = [] if source.get("name") else [required(f"{path}.name", "must specify a resource name")]
    if container:
        faults += each_invalid(f"{path}.container", container, names.dns_label(container))
    else:
        faults.append(required(f"{path}.container", "must specify a container"))
    return faults + _validate_usage(source["target"], f"{path}.target")


def _validate_usage(target: Obj, path: str) -> list[FieldError]:
    faults = _validate_target(target, path)
    if "averageUtilization" not in target and "averageValue" not in target:
        faults.append(required(f"{path}.averageUtilization", "must set either a target raw value or a target utilization"))
    if "averageUtilization" in target and "averageValue" in target:
        faults.append(forbidden_field(f"{path}.averageValue", "may not set both a target raw value and a target utilization"))
    return faults


_SOURCES: Mapping[str, Callable[[Obj, str], list[FieldError]]] = {
    "object": _validate_object,
    "external": _validate_external,
    "pods": _validate_pods,
    "resource": _validate_resource,
    "containerResource": _validate_container_resource,
}
