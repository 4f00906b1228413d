"""kube-proxy on one node: watches Services, EndpointSlices and its own Node, and programs the kernel.

It only ever writes rules; who sends packets meets the rules and not kube-proxy. When it ends its rules stay as they are, and grow old. Only
what a change touches is computed and written again; with its start everything is, and what no Service asks for any more is removed.

Differs from upstream in that the kernel has one record a Service port instead of chains, in that there are no rules for traffic
that leaves the cluster (masquerading changes no destination), and in that what a sync did is not reported but seen.

Upstream: ``pkg/proxy/iptables/proxier.go``, ``pkg/proxy/servicechangetracker.go``, ``cmd/kube-proxy/app/server.go``,
``pkg/proxy/healthcheck/proxy_health.go``.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from cluster.client.client import Client
from cluster.client.events import NORMAL, EventRecorder
from cluster.client.informer import Informer
from cluster.client.reflectors import Reflectors
from cluster.engine.engine import Engine
from cluster.engine.timers import Timer
from cluster.kube_proxy.config import Config
from cluster.kube_proxy.endpoints import ZONE
from cluster.kube_proxy.kernel import Kernel
from cluster.kube_proxy.service_rules import service_rules
from cluster.kube_proxy.sync_runner import SyncRunner
from cluster.machinery.kinds.core import NODES, SERVICES
from cluster.machinery.kinds.discovery import ENDPOINTSLICES, SERVICE_NAME
from cluster.machinery.meta import Obj, key_of, timestamp
from cluster.machinery.netfilter.rules import ServiceRule
from cluster.machinery.network import DnsAnswer, DnsQuestion, HttpRequest, HttpResponse
from cluster.machinery.node_storage import NodeStorage

HEALTHZ_PORT, METRICS_PORT = 10256, 10249
_BY_SERVICE = "service"


class KubeProxy:
    """A Daemon. ``client``: under its own name in the trace and its own identity; ``disk``: the node's; ``is_new``: it begins now."""

    def __init__(self, client: Client, engine: Engine, disk: NodeStorage, node: str, config: Config, *, is_new: bool = True) -> None:
        self._engine, self._node, self._config = engine, node, config
        self._recorder, self._is_new = EventRecorder(client, "kube-proxy", engine, node), is_new
        self._birth: Timer | None = None
        self._kernel = Kernel(disk, engine.trace, node)
        self._runner = SyncRunner(client.source, engine, config.min_sync_period, self._sync)
        self._services = Informer(SERVICES, client, engine)
        self._slices = Informer(ENDPOINTSLICES, client, engine)
        self._nodes = Informer(NODES, client, engine, field_selector=f"metadata.name={node}")
        self._slices.lister.add_index(_BY_SERVICE, _service_of_slice)
        self._reflectors = Reflectors(client.source, engine, (self._nodes, self._services, self._slices), self._listed)
        self._changed: dict[str, None] = {}
        self._is_listed = self._has_synced = self._is_deleted = False
        self._zone = ""

    def start(self) -> None:
        """List, watch, then write all rules."""
        self._subscribe(self._nodes, self._node_changed, self._node_deleted)
        self._subscribe(self._services, self._service_changed, self._service_changed)
        self._subscribe(self._slices, self._slice_changed, self._slice_changed)
        self._reflectors.start()
        if self._is_new:
            self._birth = self._engine.after(0.0, self._runner.name, self._tell_birth)

    def stop(self) -> None:
        """End at once. The kernel keeps its rules."""
        self._runner.stop()
        self._reflectors.stop()
        if self._birth is not None:
            self._birth.cancel()

    def ports(self) -> tuple[int, ...]:
        """Return the ports of health and metrics."""
        return (HEALTHZ_PORT, METRICS_PORT)

    def http(self, port: int, request: HttpRequest) -> HttpResponse:
        """Answer ``/healthz`` and ``/livez``: healthy when rules are written and, for ``/healthz``, its Node is not being deleted."""
        path = request.path.partition("?")[0]
        if port == METRICS_PORT:
            known = {"/healthz": b"ok", "/proxyMode": self._config.mode.encode()}
            return HttpResponse(200, known[path]) if path in known else HttpResponse(404, b"404 page not found\n")
        if path not in ("/healthz", "/livez"):
            return HttpResponse(404, b"404 page not found\n")
        is_healthy = self._has_synced and not (self._is_deleted and path == "/healthz")
        now = timestamp(self._engine.clock.now)
        body: Obj = {"lastUpdated": now, "currentTime": now}
        if path == "/healthz":
            body["nodeEligible"] = not self._is_deleted
        return HttpResponse(200 if is_healthy else 503, json.dumps(body).encode(), {"content-type": "application/json"})

    def lookup(self, question: DnsQuestion) -> DnsAnswer | None:
        """It is no DNS server."""
        return None

    def _tell_birth(self) -> None:
        self._recorder.event({"kind": "Node", "metadata": {"name": self._node, "uid": self._node}}, NORMAL, "Starting", "")

    def _listed(self) -> None:
        """Write all rules, and remove those that no Service asks for any more."""
        self._is_listed = True
        for service in (*map(_name, self._services.lister.list()), *self._kernel.services()):
            self._changed[service] = None
        self._runner.ask()

    def _sync(self) -> None:
        changed, self._changed = self._changed, {}
        self._kernel.sync((service, self._rules(service)) for service in changed)
        self._has_synced = True

    def _rules(self, service: str) -> list[ServiceRule]:
        namespace, _, name = service.partition("/")
        found = self._services.lister.get(name, namespace)
        if found is None:
            return []
        slices = self._slices.lister.by_index(_BY_SERVICE, service)
        return service_rules(found, slices, self._node, self._zone, self._config.mode)

    def _touch(self, *services: str) -> None:
        self._changed.update(dict.fromkeys(services))
        if services and self._is_listed:
            self._runner.ask()

    def _service_changed(self, service: Obj) -> None:
        self._touch(_name(service))

    def _slice_changed(self, piece: Obj) -> None:
        self._touch(*_service_of_slice(piece))

    def _node_changed(self, node: Obj) -> None:
        self._is_deleted = "deletionTimestamp" in node["metadata"]
        zone = (node["metadata"].get("labels") or {}).get(ZONE, "")
        if zone != self._zone:
            self._zone = zone
            self._touch(*map(_name, self._services.lister.list()))

    def _node_deleted(self, _: Obj) -> None:
        self._is_deleted = True

    def _subscribe(self, informer: Informer, changed: Callable[[Obj], None], deleted: Callable[[Obj], None]) -> None:
        def on_update(old: Obj, new: Obj) -> None:
            changed(new)

        informer.subscribe(self._runner.name, self._runner, on_add=changed, on_update=on_update, on_delete=deleted)


def _name(obj: Obj) -> str:
    return key_of(obj)


def _service_of_slice(piece: Obj) -> tuple[str, ...]:
    name = (piece["metadata"].get("labels") or {}).get(SERVICE_NAME, "")
    return (f"{piece['metadata']['namespace']}/{name}",) if name else ()
