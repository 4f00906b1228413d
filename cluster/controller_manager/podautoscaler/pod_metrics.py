"""What pods use and ask for, and which of them count. Pure.

Upstream: ``pkg/controller/podautoscaler/replica_calculator.go`` (``groupPods``, ``calculateRequests``), ``metrics/client.go``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from cluster.controller_manager.base import is_deleting
from cluster.controller_manager.pods import READY, condition_of
from cluster.machinery.meta import SECOND, Obj, SimTime, after, parse_timestamp
from cluster.machinery.pod_resources import CPU
from cluster.machinery.quantity import milli_value

CPU_INITIALIZATION_PERIOD = 300
"""Seconds after a pod's start in which a sample counts only if the pod was ready all through it."""
DELAY_OF_INITIAL_READINESS = 30
"""Seconds: a pod that has been unready since then or earlier was never ready."""
_DEFAULT_WINDOW = 60.0
_DURATION_PART = re.compile(r"(\d+\.?\d*)(ms|s|m|h)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class MetricsError(ValueError):
    """No replica count can be worked out; the message is upstream's."""


class PodMetric(NamedTuple):
    """``value`` in thousandths, measured at ``timestamp`` as the mean of ``window`` seconds."""

    value: int
    timestamp: SimTime = SimTime(0)
    window: float = 0.0


@dataclass(slots=True)
class Groups:
    """Names of pods by how they count; ``ready``: how many count as they are."""

    ready: int = 0
    unready: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    ignored: set[str] = field(default_factory=set)


def seconds_of(duration: str) -> float:
    """Read a Go duration, ``1m30s``."""
    return sum(float(number) * _UNITS[unit] for number, unit in _DURATION_PART.findall(duration))


def resource_metrics(measured: Iterable[Obj], resource: str, container: str) -> dict[str, PodMetric]:
    """Return by pod what PodMetrics say of a resource, of all its containers or of one. Raises MetricsError."""
    found: dict[str, PodMetric] = {}
    any_seen = False
    for metrics in measured:
        any_seen = True
        name = metrics["metadata"]["name"]
        containers = metrics.get("containers") or []
        chosen = [each for each in containers if not container or each["name"] == container]
        if container and not chosen:
            raise MetricsError(f"container {container} not present in metrics for pod {metrics['metadata']['namespace']}/{name}")
        if all(resource in each["usage"] for each in chosen):
            value = sum(milli_value(each["usage"][resource]) for each in chosen)
            window = seconds_of(metrics.get("window", "")) or _DEFAULT_WINDOW
            found[name] = PodMetric(value, parse_timestamp(metrics["timestamp"]), window)
    if not any_seen:
        raise MetricsError("no metrics returned from resource metrics API")
    return found


def group_pods(
    pods: Iterable[Obj],
    metrics: Mapping[str, PodMetric],
    resource: str,
    now: SimTime,
    *,
    initialization: float = CPU_INITIALIZATION_PERIOD,
    readiness_delay: float = DELAY_OF_INITIAL_READINESS,
) -> Groups:
    """Sort pods into those that count, those not ready, those without a sample and those that are going."""
    groups = Groups()
    for pod in pods:
        name, phase = pod["metadata"]["name"], pod.get("status", {}).get("phase")
        if is_deleting(pod) or phase == "Failed":
            groups.ignored.add(name)
        elif phase == "Pending":
            groups.unready.add(name)
        elif name not in metrics:
            groups.missing.add(name)
        elif resource == CPU and _is_unready(pod, metrics[name], now, initialization, readiness_delay):
            groups.unready.add(name)
        else:
            groups.ready += 1
    return groups


def _is_unready(pod: Obj, metric: PodMetric, now: SimTime, initialization: float, readiness_delay: float) -> bool:
    condition, began = condition_of(pod, READY), pod.get("status", {}).get("startTime")
    if condition is None or not began:
        return True
    start, changed = parse_timestamp(began), condition.get("lastTransitionTime")
    since = parse_timestamp(changed) if changed else SimTime(0)
    is_false = bool(condition["status"] == "False")
    if after(start, initialization) > now:
        return is_false or metric.timestamp < since + metric.window * SECOND
    return is_false and after(start, readiness_delay) > since


def requests_of(pods: Iterable[Obj], container: str, resource: str, *, pod_level: bool = True) -> dict[str, int]:
    """Return by pod what it requests, in thousandths: for the pod as a whole where it says so, else the sum of its containers, or one
    container's. Raises MetricsError."""
    return {pod["metadata"]["name"]: _request_of(pod, container, resource, pod_level=pod_level) for pod in pods}


def _request_of(pod: Obj, container: str, resource: str, *, pod_level: bool) -> int:
    spec = pod["spec"]
    whole = (spec.get("resources") or {}).get("requests") or {}
    if pod_level and not container and resource in whole:
        return milli_value(whole[resource])
    sidecars = [each for each in spec.get("initContainers") or () if each.get("restartPolicy") == "Always"]
    total = 0
    for each in (*(spec.get("containers") or ()), *sidecars):
        if container in ("", each["name"]):
            asked = (each.get("resources") or {}).get("requests") or {}
            if resource not in asked:
                raise MetricsError(f"missing request for {resource} in container {each['name']} of Pod {pod['metadata']['name']}")
            total += milli_value(asked[resource])
    return total
