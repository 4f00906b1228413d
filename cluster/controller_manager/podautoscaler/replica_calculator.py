"""How many replicas the use of a resource calls for. Pure.

Use divided by target is the ratio; replicas are multiplied by it. Pods without a sample count against the direction the ratio points
to, and nothing changes where that turns it around.

Upstream: ``pkg/controller/podautoscaler/replica_calculator.go``, ``metrics/utilization.go``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from cluster.controller_manager.podautoscaler.pod_metrics import Groups, MetricsError, PodMetric, group_pods, requests_of
from cluster.machinery.meta import Obj, SimTime


class Tolerances(NamedTuple):
    """By how much the ratio may be off 1 before anything is done."""

    down: float = 0.1
    up: float = 0.1

    def allow(self, ratio: float) -> bool:
        """Whether a ratio is near enough to 1."""
        return 1.0 - self.down <= ratio <= 1.0 + self.up


class Proposal(NamedTuple):
    """``replicas`` wanted; ``average``: what a pod uses, in thousandths; ``utilization``: in percent of the request, None when the
    target is no percentage."""

    replicas: int
    average: int
    utilization: int | None = None


class _Ratio(NamedTuple):
    ratio: float
    average: int
    utilization: int | None


_Measure = Callable[[Mapping[str, PodMetric]], _Ratio]


def by_utilization(
    pods: Sequence[Obj],
    metrics: Mapping[str, PodMetric],
    current: int,
    target: int,
    resource: str,
    container: str,
    tolerances: Tolerances,
    now: SimTime,
) -> Proposal:
    """Return what a target in percent of the pods' requests calls for. Raises MetricsError."""
    counted, groups = _counted(pods, metrics, resource, now)
    requests = requests_of(pods, container, resource)

    def measure(used: Mapping[str, PodMetric]) -> _Ratio:
        known = [name for name in used if name in requests]
        requested = sum(requests[name] for name in known)
        if not requested:
            raise MetricsError("no metrics returned matched known pods")
        total = sum(used[name].value for name in known)
        utilization = total * 100 // requested
        return _Ratio(utilization / target, total // len(known), utilization)

    # Going down, a pod that says nothing is taken to use all it asks for.
    assumed = {name: requests[name] * max(100, target) // 100 for name in groups.missing}
    return _propose(counted, groups, current, measure, assumed, tolerances)


def by_value(
    pods: Sequence[Obj],
    metrics: Mapping[str, PodMetric],
    current: int,
    target: int,
    resource: str,
    tolerances: Tolerances,
    now: SimTime,
) -> Proposal:
    """Return what a target for a pod's mean use, in thousandths, calls for. Raises MetricsError."""
    counted, groups = _counted(pods, metrics, resource, now)

    def measure(used: Mapping[str, PodMetric]) -> _Ratio:
        average = sum(metric.value for metric in used.values()) // len(used)
        return _Ratio(average / target, average, None)

    return _propose(counted, groups, current, measure, dict.fromkeys(groups.missing, target), tolerances)


def _counted(pods: Sequence[Obj], metrics: Mapping[str, PodMetric], resource: str, now: SimTime) -> tuple[dict[str, PodMetric], Groups]:
    if not pods:
        raise MetricsError("no pods returned by selector while calculating replica count")
    groups = group_pods(pods, metrics, resource, now)
    counted = {name: metric for name, metric in metrics.items() if name not in groups.ignored and name not in groups.unready}
    if not counted:
        raise MetricsError("did not receive metrics for targeted pods (pods might be unready)")
    return counted, groups


def _propose(
    counted: dict[str, PodMetric],
    groups: Groups,
    current: int,
    measure: _Measure,
    assumed: Mapping[str, int],
    tolerances: Tolerances,
) -> Proposal:
    ratio, average, utilization = measure(counted)
    is_up_with_unready = bool(groups.unready) and ratio > 1.0
    unchanged = Proposal(current, average, utilization)
    if not is_up_with_unready and not groups.missing:
        return unchanged if tolerances.allow(ratio) else Proposal(math.ceil(ratio * groups.ready), average, utilization)
    if ratio < 1.0:
        counted |= {name: PodMetric(value) for name, value in assumed.items()}
    elif ratio > 1.0:
        counted |= dict.fromkeys(groups.missing, PodMetric(0))
    if is_up_with_unready:
        counted |= dict.fromkeys(groups.unready, PodMetric(0))
    again = measure(counted).ratio
    if tolerances.allow(again) or (ratio < 1.0 < again) or (again < 1.0 < ratio):
        return unchanged
    wanted = math.ceil(again * len(counted))
    if (again < 1.0 and wanted > current) or (again > 1.0 and wanted < current):
        return unchanged
    return Proposal(wanted, average, utilization)
