"""NodeMetrics and PodMetrics: what ``kubectl top`` and autoscalers ask for.

In a real cluster metrics-server answers, an API server of its own behind an APIService, out of what it has scraped from the kubelets. Here
the API server works the same objects out itself, from what nodes have measured (``machinery/measurements.py``), as long as that APIService
says that metrics-server is there and well.

Upstream: metrics-server, ``pkg/api/{node,pod}.go``, ``pkg/storage/storage.go``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cluster.apiserver.aggregator import api_service_name, is_available
from cluster.apiserver.call import Call
from cluster.apiserver.request import Response
from cluster.apiserver.rest import Installation
from cluster.apiserver.rest.computed import ComputedRest
from cluster.apiserver.subresources.loads import stated_usage
from cluster.machinery.errors import service_unavailable
from cluster.machinery.kinds.apiregistration import APISERVICES
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.kinds.metrics import NODEMETRICS, PODMETRICS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.measurements import Measurements
from cluster.machinery.meta import Obj, SimTime, timestamp
from cluster.machinery.usage import SYSTEM, WINDOW, Usage, container_usage, window_of


class _MetricsRest(ComputedRest):
    """What both kinds share."""

    def __init__(self, installation: Installation) -> None:
        self._reader, self._clock, self._measurements = installation.reader, installation.clock, installation.measurements

    def serve(self, call: Call) -> Response:
        """Pass the question on. Raises ApiError 503 when metrics-server does not answer."""
        if not is_available(self._reader.get(APISERVICES, "", api_service_name(self.kind.group, self.kind.version))):
            raise service_unavailable("get", self.kind.group, self.kind.plural)
        return super().serve(call)


class PodMetricsRest(_MetricsRest):
    """Serves ``get`` and ``list`` of ``pods``."""

    kind = PODMETRICS

    def objects(self, namespace: str) -> Sequence[Obj]:
        """Return the metrics of every pod that runs."""
        now = self._clock.now
        found: list[Obj] = []
        pods = self._reader.list(PODS, namespace)
        stated = stated_usage(self._reader, namespace, pods)
        for pod in pods:
            containers = [{"name": name, "usage": usage.resources()} for name, usage in _usages(pod, now, stated, self._measurements)]
            if containers:
                found.append({**_measured(self.kind, pod, now), "containers": containers})
        return found

    def called(self) -> str:
        """metrics-server does not say ``pods``."""
        return "podmetrics"

    def title(self, namespace: str, name: str) -> str:
        """metrics-server says where it looked."""
        return f"{namespace}/{name}"


class NodeMetricsRest(_MetricsRest):
    """Serves ``get`` and ``list`` of ``nodes``."""

    kind = NODEMETRICS

    def objects(self, namespace: str) -> Sequence[Obj]:
        """Return the metrics of every node whose kubelet answers."""
        now = self._clock.now
        used: dict[str, Usage] = {}
        pods = self._reader.list(PODS)
        stated = stated_usage(self._reader, "", pods)
        for pod in pods:
            node = pod["spec"].get("nodeName", "")
            for _, usage in _usages(pod, now, stated, self._measurements):
                used[node] = used.get(node, Usage()).plus(usage)
        nodes = [node for node in self._reader.list(NODES) if _is_ready(node)]
        return [
            {**_measured(self.kind, node, now), "usage": used.get(node["metadata"]["name"], Usage()).plus(SYSTEM).resources()}
            for node in nodes
        ]

    def called(self) -> str:
        """metrics-server does not say ``nodes``."""
        return "nodemetrics"


def _usages(pod: Obj, now: SimTime, stated: Mapping[str, Mapping[str, str]], measurements: Measurements) -> Iterator[tuple[str, Usage]]:
    """Yield name and usage of the containers that run. ``stated``: see ``stated_usage``; the pod's own annotations go before it."""
    status, spec, uid = pod.get("status") or {}, pod["spec"], pod["metadata"]["uid"]
    if status.get("phase") != "Running":
        return
    states = [*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ())]
    annotations = {**stated.get(uid, {}), **(pod["metadata"].get("annotations") or {})}
    running = {each["name"] for each in states if (each.get("state") or {}).get("running") is not None}
    measured = measurements.pod(pod, annotations)
    for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
        if container["name"] in running:
            made_up = container_usage(uid, container, now, annotations)
            yield container["name"], measured.get(container["name"], made_up)


def _measured(kind: Kind, obj: Obj, now: SimTime) -> Obj:
    source = obj["metadata"]
    meta = {field: source[field] for field in ("name", "namespace", "labels") if source.get(field)}
    moment = timestamp(window_of(now))
    return {
        "apiVersion": kind.api_version,
        "kind": kind.kind,
        "metadata": {**meta, "creationTimestamp": timestamp(now)},
        "timestamp": moment,
        "window": f"{WINDOW}s",
    }


def _is_ready(node: Obj) -> bool:
    conditions = (node.get("status") or {}).get("conditions") or ()
    return any(each.get("type") == "Ready" and each.get("status") == "True" for each in conditions)
