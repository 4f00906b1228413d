"""What each metric of an autoscaler calls for.

Metrics of resources come from ``metrics.k8s.io``. Nobody serves ``custom.metrics.k8s.io`` and ``external.metrics.k8s.io`` here, so metrics
of pods, objects and other systems fail as they do in a cluster without an adapter.

Upstream: ``pkg/controller/podautoscaler/horizontal.go`` (``computeReplicasForMetric``), ``metrics/client.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cluster.controller_manager.podautoscaler.pod_metrics import MetricsError, PodMetric
from cluster.controller_manager.podautoscaler.replica_calculator import Proposal, Tolerances, by_utilization, by_value
from cluster.machinery.labels import printed_selector
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.quantity import canonical, milli_value

_NO_CUSTOM = "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered"
_NO_EXTERNAL = "unable to fetch metrics from external metrics API: the server could not find the requested resource"
_NO_TARGET = "invalid resource metric source: neither an average utilization target nor an average value (usage) target was set"

Measured = Callable[[str, str], dict[str, PodMetric]]
"""Returns the samples of (resource, container) by pod. Raises MetricsError."""


class Pods(NamedTuple):
    """The pods to scale: as the cache has them, what they use, and how many are asked for."""

    pods: Sequence[Obj]
    measured: Measured
    replicas: int
    tolerances: Tolerances
    now: SimTime


class Computed(NamedTuple):
    """``replicas`` wanted, the ``name`` of what wants them, and the metric as ``status.currentMetrics`` has it."""

    replicas: int
    name: str
    status: Obj


class MetricFailedError(ValueError):
    """A metric without an answer. ``reason`` and ``told``: of its Event and condition; the error's own text: what the look fails with."""

    def __init__(self, reason: str, told: str, message: str) -> None:
        super().__init__(message)
        self.reason, self.told = reason, told


def compute(spec: Obj, pods: Pods, namespace: str) -> Computed:
    """Return what one metric calls for. Raises MetricFailedError."""
    kind: str = spec["type"]
    if kind in ("Resource", "ContainerResource"):
        return _of_resource(kind, spec, pods)
    if kind == "Pods":
        told = f"unable to get metric {spec['pods']['metric']['name']}: {_NO_CUSTOM}"
        raise MetricFailedError("FailedGetPodsMetric", told, f"failed to get pods metric value: {told}")
    if kind == "Object":
        source = spec["object"]
        described = source["describedObject"]
        told = f"unable to get metric {source['metric']['name']}: {described['kind']} on {namespace} {described['name']}/{_NO_CUSTOM}"
        said = f"failed to get {source['metric']['name']} object metric: {told}" if source["target"].get("averageValue") else told
        raise MetricFailedError("FailedGetObjectMetric", told, f"failed to get object metric value: {said}")
    if kind == "External":
        raise _external(spec["external"], namespace)
    told = f'unknown metric source type "{kind}"'
    raise MetricFailedError("InvalidMetricSourceType", told, told)


def _external(source: Obj, namespace: str) -> MetricFailedError:
    name = source["metric"]["name"]
    told = f"unable to get external metric {namespace}/{name}/{printed_selector(source['metric'].get('selector'))}"
    told = f"{told}: {_NO_EXTERNAL} (get {name}.external.metrics.k8s.io)"
    is_average = bool(source["target"].get("averageValue"))
    said = f"failed to get {name} external metric: {told}" if is_average else f"failed to get external metric {name}: {told}"
    return MetricFailedError("FailedGetExternalMetric", told, f"failed to get {name} external metric value: {said}")


def _of_resource(kind: str, spec: Obj, pods: Pods) -> Computed:
    is_container = kind == "ContainerResource"
    field = "containerResource" if is_container else "resource"
    source: Obj = spec[field]
    name, container = source["name"], source.get("container", "")
    try:
        proposal, described, current = _proposal(source["target"], name, container, pods, is_container=is_container)
    except MetricsError as error:
        of = f"{container} container" if is_container else f"{name} resource"
        message = f"failed to get {of} metric value: {error}"
        raise MetricFailedError(f"FailedGet{kind}Metric", str(error), message) from None
    status: Obj = {"name": name, "current": current}
    if is_container:
        status["container"] = container
    return Computed(proposal.replicas, described, {"type": kind, field: status})


def _proposal(target: Obj, name: str, container: str, pods: Pods, *, is_container: bool) -> tuple[Proposal, str, Obj]:
    def samples(wanted: str) -> dict[str, PodMetric]:
        try:
            return pods.measured(name, container)
        except MetricsError as error:
            raise MetricsError(f"failed to get {name} {wanted}: unable to get metrics for resource {name}: {error}") from None

    if target.get("averageValue") is not None:
        wanted, used = "usage", samples("usage")
    elif target.get("averageUtilization") is not None:
        wanted, used = "utilization", samples("utilization")
    else:
        raise MetricsError(_NO_TARGET)
    try:
        if wanted == "usage":
            value = milli_value(target["averageValue"])
            proposal = by_value(pods.pods, used, pods.replicas, value, name, pods.tolerances, pods.now)
        else:
            percent = target["averageUtilization"]
            proposal = by_utilization(pods.pods, used, pods.replicas, percent, name, container, pods.tolerances, pods.now)
    except MetricsError as error:
        raise MetricsError(f"failed to get {name} {wanted}: {error}") from None
    current: Obj = {"averageValue": quantity_of(name, proposal.average)}
    if proposal.utilization is None:
        return proposal, f"{name} resource", current
    of = "container resource" if is_container else "resource"
    return proposal, f"{name} {of} utilization (percentage of request)", {**current, "averageUtilization": proposal.utilization}


def quantity_of(resource: str, average: int) -> str:
    """Write an amount in thousandths: memory in whole bytes, everything else exactly."""
    return canonical(str(average // 1000) if resource == "memory" else f"{average}m")
