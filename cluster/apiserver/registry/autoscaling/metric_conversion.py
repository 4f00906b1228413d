"""Metrics of a HorizontalPodAutoscaler as an annotation of autoscaling/v1 writes them, and back.

The older form has a field for each way to measure where v2 has one target: ``targetAverageValue`` for ``target.averageValue``.

Upstream: ``pkg/apis/autoscaling/v1/conversion.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cluster.machinery.meta import Obj


@dataclass(frozen=True, slots=True)
class _Source:
    """How a source is written: paths of v2 (``target.value``; ``current.value`` in a status) by field of v1."""

    spec: Mapping[str, str]
    status: Mapping[str, str]


_RESOURCE = _Source(
    {"name": "name", "targetAverageUtilization": "target.averageUtilization", "targetAverageValue": "target.averageValue"},
    {"name": "name", "currentAverageUtilization": "current.averageUtilization", "currentAverageValue": "current.averageValue"},
)
_SOURCES: Mapping[str, _Source] = {
    "resource": _RESOURCE,
    "containerResource": _Source({**_RESOURCE.spec, "container": "container"}, {**_RESOURCE.status, "container": "container"}),
    "pods": _Source(
        {"metricName": "metric.name", "selector": "metric.selector", "targetAverageValue": "target.averageValue"},
        {"metricName": "metric.name", "selector": "metric.selector", "currentAverageValue": "current.averageValue"},
    ),
    "object": _Source(
        {
            "target": "describedObject",
            "metricName": "metric.name",
            "selector": "metric.selector",
            "targetValue": "target.value",
            "averageValue": "target.averageValue",
        },
        {
            "target": "describedObject",
            "metricName": "metric.name",
            "selector": "metric.selector",
            "currentValue": "current.value",
            "averageValue": "current.averageValue",
        },
    ),
    "external": _Source(
        {
            "metricName": "metric.name",
            "metricSelector": "metric.selector",
            "targetValue": "target.value",
            "targetAverageValue": "target.averageValue",
        },
        {
            "metricName": "metric.name",
            "metricSelector": "metric.selector",
            "currentValue": "current.value",
            "currentAverageValue": "current.averageValue",
        },
    ),
}
_TARGET_TYPES = {"averageUtilization": "Utilization", "averageValue": "AverageValue", "value": "Value"}


def to_annotation(metric: Obj, *, is_status: bool) -> Obj:
    """Return a metric of v2 in the older form."""
    out: Obj = {"type": metric.get("type", "")}
    for name, fields in _fields(is_status).items():
        if name in metric:
            pairs = ((field, _at(metric[name], path)) for field, path in fields.items())
            out[name] = {field: value for field, value in pairs if value is not None}
    return out


def from_annotation(metric: Obj, *, is_status: bool) -> Obj:
    """Return a metric of the older form as v2 has it, its target with the type that its fields tell."""
    out: Obj = {"type": metric.get("type", "")}
    for name, fields in _fields(is_status).items():
        if isinstance(metric.get(name), dict):
            source: Obj = {}
            for field, path in fields.items():
                _put(source, path, metric[name].get(field))
            if not is_status and "target" in source:
                known = (kind for amount, kind in _TARGET_TYPES.items() if amount in source["target"])
                source["target"]["type"] = next(known, "")
            out[name] = source
    return out


def _fields(is_status: bool) -> dict[str, Mapping[str, str]]:
    return {name: source.status if is_status else source.spec for name, source in _SOURCES.items()}


def _at(obj: Obj, path: str) -> object:
    value: object = obj
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _put(obj: Obj, path: str, value: object) -> None:
    *parents, last = path.split(".")
    if value is not None:
        for step in parents:
            obj = obj.setdefault(step, {})
        obj[last] = value
