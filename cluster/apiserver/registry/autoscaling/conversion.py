"""autoscaling/v1 of a HorizontalPodAutoscaler: one field for CPU, annotations for all that v2 can say besides.

Upstream: ``pkg/apis/autoscaling/v1/conversion.go``, ``pkg/apis/autoscaling/annotations.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from cluster.apiserver.registry.autoscaling.metric_conversion import from_annotation, to_annotation
from cluster.machinery.meta import Obj

_PREFIX = "autoscaling.alpha.kubernetes.io"
METRICS, BEHAVIOR = f"{_PREFIX}/metrics", f"{_PREFIX}/behavior"
CURRENT_METRICS, CONDITIONS = f"{_PREFIX}/current-metrics", f"{_PREFIX}/conditions"
OF_SPEC, OF_STATUS = (METRICS, BEHAVIOR), (CURRENT_METRICS, CONDITIONS)
_DEFAULT_UTILIZATION = 80
_KEPT_SPEC, _KEPT_STATUS = ("scaleTargetRef", "minReplicas", "maxReplicas"), ("observedGeneration", "lastScaleTime", "currentReplicas")
_POLICY_FIELDS = ("Type", "Value", "PeriodSeconds")
_RULE_FIELDS = ("StabilizationWindowSeconds", "SelectPolicy", "Policies", "Tolerance")


class HorizontalPodAutoscalerConversion:
    """Between v1 and v2. An annotation that cannot be read says nothing."""

    def to_storage(self, obj: Obj) -> Obj:
        """Return an object of v1 as v2; without any metric it goes by 80 % of CPU."""
        annotations = dict(obj["metadata"].get("annotations") or {})
        read = {key: _read(annotations.pop(key, None)) for key in (*OF_SPEC, *OF_STATUS)}
        meta = {**obj["metadata"], "annotations": annotations}
        if not annotations:
            meta.pop("annotations")
        return {
            **obj,
            "apiVersion": "autoscaling/v2",
            "metadata": meta,
            "spec": _spec_to_v2(obj["spec"], read[METRICS], read[BEHAVIOR]),
            "status": _status_to_v2(obj.get("status", {}), read[CURRENT_METRICS], read[CONDITIONS]),
        }

    def from_storage(self, obj: Obj) -> Obj:
        """Return an object of v2 as v1."""
        spec, status = obj["spec"], obj.get("status", {})
        metrics, current = spec.get("metrics") or [], status.get("currentMetrics") or []
        others = [to_annotation(metric, is_status=False) for metric in metrics if _cpu(metric, "target") is None]
        added = {
            METRICS: others,
            CURRENT_METRICS: [to_annotation(metric, is_status=True) for metric in current],
            CONDITIONS: status.get("conditions"),
            BEHAVIOR: _behavior_to_go(spec["behavior"]) if spec.get("behavior") else None,
        }
        written = {key: orjson.dumps(value).decode() for key, value in added.items() if value}
        annotations = {**(obj["metadata"].get("annotations") or {}), **written}
        return {
            **obj,
            "apiVersion": "autoscaling/v1",
            "metadata": {**obj["metadata"], **({"annotations": annotations} if annotations else {})},
            "spec": _with_cpu(_picked(spec, _KEPT_SPEC), "targetCPUUtilizationPercentage", metrics, "target"),
            "status": _with_cpu(
                {"currentReplicas": 0, "desiredReplicas": status.get("desiredReplicas", 0), **_picked(status, _KEPT_STATUS)},
                "currentCPUUtilizationPercentage",
                current,
                "current",
            ),
        }


def _picked(obj: Obj, fields: tuple[str, ...]) -> Obj:
    return {field: obj[field] for field in fields if field in obj}


def _read(text: str | None) -> Any:
    try:
        return orjson.loads(text) if text else None
    except orjson.JSONDecodeError:
        return None


def _cpu(metric: Obj, side: str) -> int | None:
    """Return the utilization that a metric of v2 is about if it is that of CPU, as v1 can say it."""
    resource = metric.get("resource") or {}
    if metric.get("type") != "Resource" or resource.get("name") != "cpu":
        return None
    utilization: int | None = resource.get(side, {}).get("averageUtilization")
    return utilization


def _with_cpu(obj: Obj, field: str, metrics: list[Obj], side: str) -> Obj:
    found = next((value for value in (_cpu(metric, side) for metric in metrics) if value is not None), None)
    return obj if found is None else {**obj, field: found}


def _cpu_metric(utilization: int) -> Obj:
    return {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": utilization}}}


def _spec_to_v2(spec: Obj, metrics: Any, behavior: Any) -> Obj:
    out = _picked(spec, _KEPT_SPEC)
    cpu = spec.get("targetCPUUtilizationPercentage")
    others = [from_annotation(metric, is_status=False) for metric in metrics] if isinstance(metrics, list) else []
    out["metrics"] = [*([_cpu_metric(cpu)] if cpu is not None else []), *others] or [_cpu_metric(_DEFAULT_UTILIZATION)]
    if isinstance(behavior, dict):
        out["behavior"] = _behavior_from_go(behavior)
    return out


def _status_to_v2(status: Obj, metrics: Any, conditions: Any) -> Obj:
    out = {"currentMetrics": None, "desiredReplicas": status.get("desiredReplicas", 0), **_picked(status, _KEPT_STATUS)}
    if not out.get("currentReplicas"):
        out.pop("currentReplicas", None)
    cpu = status.get("currentCPUUtilizationPercentage")
    if isinstance(metrics, list) and metrics:
        out["currentMetrics"] = [from_annotation(metric, is_status=True) for metric in metrics]
    elif cpu is not None:
        current = {"averageUtilization": cpu}
        out["currentMetrics"] = [{"type": "Resource", "resource": {"name": "cpu", "current": current}}]
    if isinstance(conditions, list) and conditions:
        out["conditions"] = conditions
    return out


def _lower(field: str) -> str:
    return field[:1].lower() + field[1:]


def _behavior_to_go(behavior: Obj) -> Obj:
    """Write the behavior as upstream does: with the names of its internal type."""
    return {field: _rules_to_go(behavior.get(_lower(field))) for field in ("ScaleUp", "ScaleDown")}


def _rules_to_go(rules: Obj | None) -> Obj | None:
    if rules is None:
        return None
    policies = [{field: policy.get(_lower(field)) for field in _POLICY_FIELDS} for policy in rules.get("policies") or ()]
    return {**{field: rules.get(_lower(field)) for field in _RULE_FIELDS}, "Policies": policies}


def _behavior_from_go(value: Mapping[str, Any]) -> Obj:
    """Read the behavior, whichever way its names are written."""
    out: Obj = {}
    for field, inner in value.items():
        if isinstance(inner, dict):
            out[_lower(field)] = _behavior_from_go(inner)
        elif isinstance(inner, list):
            out[_lower(field)] = [_behavior_from_go(item) if isinstance(item, dict) else item for item in inner]
        elif inner is not None:
            out[_lower(field)] = inner
    return out
