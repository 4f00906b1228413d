"""Columns of HorizontalPodAutoscalers. Upstream: ``pkg/printers/internalversion/printers.go`` (``printHorizontalPodAutoscaler``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, NONE, UNKNOWN, Cell, Column, Printer, age
from cluster.apiserver.registry.autoscaling.conversion import HorizontalPodAutoscalerConversion
from cluster.machinery.meta import Obj, SimTime

_SHOWN = 2
_CONVERSION = HorizontalPodAutoscalerConversion()


def cells(autoscaler: Obj, now: SimTime) -> list[Cell]:
    """Return the row of an autoscaler of autoscaling/v2."""
    spec, status = autoscaler["spec"], autoscaler.get("status", {})
    target = spec.get("scaleTargetRef", {})
    return [
        autoscaler["metadata"].get("name", ""),
        f"{target.get('kind', '')}/{target.get('name', '')}",
        _targets(spec.get("metrics") or [], status.get("currentMetrics") or []),
        str(spec.get("minReplicas", "<unset>")),
        spec.get("maxReplicas", 0),
        status.get("currentReplicas", 0),
        age(autoscaler, now),
    ]


def cells_v1(autoscaler: Obj, now: SimTime) -> list[Cell]:
    """Return the row of an autoscaler of autoscaling/v1: the same."""
    return cells(_CONVERSION.to_storage(autoscaler), now)


def _targets(metrics: list[Obj], current: list[Obj]) -> str:
    if not metrics:
        return NONE
    texts = [_metric(metric, current[index] if index < len(current) else {}) for index, metric in enumerate(metrics)]
    shown = ", ".join(texts[:_SHOWN])
    return f"{shown} + {len(texts) - _SHOWN} more..." if len(texts) > _SHOWN else shown


def _metric(metric: Obj, current: Obj) -> str:
    """``now/wanted`` of one metric."""
    kind = metric.get("type", "")
    name = kind[:1].lower() + kind[1:]
    source, measured = metric.get(name) or {}, (current.get(name) or {}).get("current")
    target = source.get("target", {})
    if kind in ("Resource", "ContainerResource"):
        return f"{source.get('name', '')}: {_usage(target, measured)}"
    if kind == "Pods":
        return _pair(target, measured, "averageValue")
    if kind not in ("Object", "External"):
        return "<unknown type>"
    if "averageValue" in target:
        return f"{_pair(target, measured, 'averageValue')} (avg)"
    return _pair(target, measured, "value")


def _pair(target: Obj, measured: Obj | None, amount: str) -> str:
    return f"{(measured or {}).get(amount, UNKNOWN)}/{target.get(amount, '')}"


def _usage(target: Obj, measured: Obj | None) -> str:
    if "averageValue" in target:
        return _pair(target, measured, "averageValue")
    used, wanted = (measured or {}).get("averageUtilization"), target.get("averageUtilization")
    return f"{UNKNOWN if used is None else f'{used}%'}/{'<auto>' if wanted is None else f'{wanted}%'}"


_COLUMNS = (
    NAME,
    Column("Reference", "What is scaled."),
    Column("Targets", "What is measured, and what it should be."),
    Column("MinPods", "The least number of pods."),
    Column("MaxPods", "The largest number of pods."),
    Column("Replicas", "The number of pods now."),
    AGE,
)
PRINTER = Printer(_COLUMNS, cells)
PRINTER_V1 = Printer(_COLUMNS, cells_v1)
