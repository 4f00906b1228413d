"""``/metrics``: what the API server counts, in Prometheus' text form and under upstream's names.

Only what this server really measures is there: requests, how long they took and how large their answers were, watches and their events,
objects in etcd, the process. What belongs to parts that it does not have (priority levels, the aggregator, TLS handshakes of its own
clients) is left out rather than filled with zeros.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/metrics/metrics.go``, ``.../pkg/storage/etcd3/metrics/metrics.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from cluster.apiserver.request import Request
from cluster.machinery.kinds.model import Kind
from cluster.machinery.storage import Store
from cluster.runner.host import Host

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"

_SECONDS = (0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60)
_BYTES = (1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9)
_METHODS = {"get": "GET", "list": "LIST", "watch": "WATCH", "create": "POST", "update": "PUT", "patch": "PATCH", "delete": "DELETE"}
_OF_REQUEST = ("component", "group", "resource", "scope", "subresource", "verb", "version")
_OF_KIND = ("group", "resource", "version")

Labels = tuple[str, ...]


class Metrics:
    """The counts of one cluster's API server. Belongs to the server's loop."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        dry_run = ("dry_run",)
        self._requests = Counter(
            "apiserver_request",
            "Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP "
            "response code.",
            (*_OF_REQUEST, *dry_run, "code"),
            registry=registry,
        )
        self._seconds = Histogram(
            "apiserver_request_duration_seconds",
            "Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and "
            "component.",
            (*_OF_REQUEST, *dry_run),
            buckets=_SECONDS,
            registry=registry,
        )
        self._sizes = Histogram(
            "apiserver_response_sizes",
            "Response size distribution in bytes for each group, version, verb, resource, subresource, scope and component.",
            _OF_REQUEST,
            buckets=_BYTES,
            registry=registry,
        )
        self._watches = Gauge(
            "apiserver_longrunning_requests",
            "Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and component.",
            _OF_REQUEST,
            registry=registry,
        )
        self._events = Counter("apiserver_watch_events", "Number of events sent in watch clients", _OF_KIND, registry=registry)
        self._in_flight = Gauge(
            "apiserver_current_inflight_requests",
            "Number of requests that are being served, by request kind.",
            ("request_kind",),
            registry=registry,
        )
        self._objects = Gauge(
            "apiserver_resource_objects",
            "Number of stored objects at the time of last check split by kind.",
            _OF_KIND[:2],
            registry=registry,
        )
        self._objects_by_name = Gauge(
            "apiserver_storage_objects",
            "[DEPRECATED, consider using apiserver_resource_objects instead] Number of stored objects at the time of last check split by "
            "kind.",
            ("resource",),
            registry=registry,
        )
        self._revision = Gauge("etcd_debugging_mvcc_current_revision", "The current revision of store.", registry=registry)
        self._compacted = Gauge("etcd_debugging_mvcc_compact_revision", "The revision of the last compaction in store.", registry=registry)
        build = Gauge(
            "kubernetes_build_info", "A metric with a constant '1' value labeled by version.", ("major", "minor"), registry=registry
        )
        build.labels("1", "36").set(1)

    def served(self, request: Request, code: int, seconds: float, size: int) -> None:
        """Count a request that has been answered. ``size``: bytes of the answer."""
        labels, dry_run = _labels(request), "All" if request.options.dry_run else ""
        self._requests.labels(*labels, dry_run, str(code)).inc()
        self._seconds.labels(*labels, dry_run).observe(seconds)
        if request.verb in ("get", "list"):
            self._sizes.labels(*labels).observe(size)

    def watch_opened(self, request: Request) -> None:
        """Count a watch that begins."""
        labels = _labels(request)
        self._requests.labels(*labels, "", "200").inc()
        self._watches.labels(*labels).inc()

    def watch_closed(self, request: Request) -> None:
        """Count a watch that is over."""
        self._watches.labels(*_labels(request)).dec()

    def sent(self, kind: Kind, events: int) -> None:
        """Count the events that a watch has sent."""
        self._events.labels(kind.group, kind.plural, kind.version).inc(events)

    async def text(self, host: Host, in_flight: Mapping[str, int]) -> bytes:
        """Return everything that was counted, and the objects as they are now."""
        for request_kind, number in in_flight.items():
            self._in_flight.labels(request_kind).set(number)
        revision, compacted, counts = await host.read(lambda store: (store.revision, store.compacted, _counted(host.kinds.stored, store)))
        self._revision.set(revision)
        self._compacted.set(compacted)
        self._objects.clear()
        self._objects_by_name.clear()
        for kind, count in counts.items():
            self._objects.labels(kind.group, kind.plural).set(count)
            self._objects_by_name.labels(kind.qualified).set(count)
        return generate_latest(self._registry)


def _counted(kinds: Iterable[Kind], store: Store) -> dict[Kind, int]:
    return {kind: len(store.list(kind.storage_key("", "")).items) for kind in kinds}


def _labels(request: Request) -> Labels:
    """Return the values for the labels of ``_OF_REQUEST``."""
    kind, verb = request.kind, _METHODS.get(request.verb, request.verb.upper())
    if request.patch_type == "application/apply-patch+yaml":
        verb = "APPLY"
    scope = "resource" if request.name or request.verb == "create" else "namespace" if request.namespace else "cluster"
    return ("apiserver", kind.group, kind.plural, scope, request.subresource, verb, kind.version)
