"""The variables by which containers are told of Services: ``WEB_SERVICE_HOST``, ``WEB_PORT_80_TCP_ADDR`` and so on.

Every container hears of the Service ``kubernetes``, and of those of its own namespace unless ``enableServiceLinks`` is false. A
Service that comes later is not heard of. Each real kubelet watches all Services; here all machines share one watch, as they do for
Nodes, and it is no arrow on a diagram.

Upstream: ``pkg/kubelet/envvars/envvars.go``, ``pkg/kubelet/kubelet_pods.go`` (getServiceEnvVarMap).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cluster.apiserver.request import Watch
from cluster.client.client import Client
from cluster.engine.engine import Engine
from cluster.machinery.kinds.core import SERVICES
from cluster.machinery.meta import Key, Obj, key_of

MASTER = Key("default/kubernetes")


def service_variables(services: Iterable[Obj]) -> dict[str, str]:
    """Return the variables for Services that have an address."""
    return {name: text for service in services for name, text in _variables_of(service)}


def _variables_of(service: Obj) -> Iterator[tuple[str, str]]:
    address, ports = service["spec"].get("clusterIP") or "None", service["spec"].get("ports") or ()
    if address == "None" or not ports:
        return
    prefix = service["metadata"]["name"].upper().replace("-", "_")
    yield f"{prefix}_SERVICE_HOST", address
    yield f"{prefix}_SERVICE_PORT", str(ports[0]["port"])
    for port in ports:
        if port.get("name"):
            yield f"{prefix}_SERVICE_PORT_{port['name'].upper().replace('-', '_')}", str(port["port"])
    for index, port in enumerate(ports):
        protocol = port.get("protocol") or "TCP"
        url, link = f"{protocol.lower()}://{address}:{port['port']}", f"{prefix}_PORT_{port['port']}_{protocol.upper()}"
        if index == 0:
            yield f"{prefix}_PORT", url
        yield link, url
        yield f"{link}_PROTO", protocol.lower()
        yield f"{link}_PORT", str(port["port"])
        yield f"{link}_ADDR", address


class ServiceEnvironment:
    """The Services of a cluster as its machines know them. A Runnable of the engine."""

    def __init__(self, client: Client, engine: Engine) -> None:
        self._client, self._engine = client, engine
        self._services: dict[Key, Obj] = {}
        self._variables: dict[tuple[str, bool], dict[str, str]] = {}
        self._watch: Watch | None = None

    @property
    def name(self) -> str:
        """Whose step it is when a change is taken up."""
        return self._client.source

    def start(self) -> None:
        """List the Services and watch them from there on."""
        self.stop()
        response = self._client.list_values(SERVICES)
        self._services = {key_of(value.obj): value.obj for value in response.items}
        self._variables.clear()
        self._watch = self._client.watch(SERVICES, self._wake, resource_version=(response.list_meta or {})["resourceVersion"])
        if self._watch.has_more:
            self._wake()

    def stop(self) -> None:
        """Close the watch."""
        if self._watch is not None:
            self._watch.stop()
            self._watch = None

    def run_next(self) -> bool:
        """Take up the oldest change."""
        event = self._watch.next() if self._watch is not None else None
        if event is not None and event.type == "ERROR":
            self.start()
        elif event is not None and event.type != "BOOKMARK":
            self._variables.clear()
            if event.type == "DELETED":
                self._services.pop(key_of(event.value.obj), None)
            else:
                self._services[key_of(event.value.obj)] = event.value.obj
        return self._watch is not None and self._watch.has_more

    def variables(self, namespace: str, *, with_links: bool) -> dict[str, str]:
        """Return the variables for a pod of a namespace. They are shared: do not change them."""
        found = self._variables.get((namespace, with_links))
        if found is None:
            chosen = [obj for key, obj in self._services.items() if key == MASTER or (with_links and key.startswith(f"{namespace}/"))]
            found = self._variables[namespace, with_links] = service_variables(chosen)
        return found

    def _wake(self) -> None:
        self._engine.wake(self, delivery=True)
