"""What the plugin ``kubernetes`` watches: Services, EndpointSlices and namespaces.

Upstream watches pods besides where the Corefile says ``pods verified``; here a pod is then known by being somebody's endpoint.
Upstream: ``github.com/coredns/coredns/plugin/kubernetes/controller.go``.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.client.client import Client
from cluster.client.informer import Informer
from cluster.engine.engine import Engine
from cluster.machinery.kinds.core import NAMESPACES, SERVICES
from cluster.machinery.kinds.discovery import ENDPOINTSLICES, SERVICE_NAME
from cluster.machinery.meta import Obj
from cluster.machinery.service import NONE

_SERVICE, _ADDRESS = "service", "address"


class Watched:
    """A Directory of what informers have."""

    def __init__(self, client: Client, engine: Engine) -> None:
        self._namespaces = Informer(NAMESPACES, client, engine)
        self._services = Informer(SERVICES, client, engine)
        self._slices = Informer(ENDPOINTSLICES, client, engine)
        self._services.lister.add_index(_ADDRESS, _cluster_ip)
        self._slices.lister.add_index(_SERVICE, _service)
        self._slices.lister.add_index(_ADDRESS, _addresses)
        self.informers = (self._namespaces, self._services, self._slices)

    def has_namespace(self, name: str) -> bool:
        """Whether there is such a namespace."""
        return self._namespaces.lister.get(name) is not None

    def service(self, namespace: str, name: str) -> Obj | None:
        """Return a Service, or None."""
        return self._services.lister.get(name, namespace)

    def slices(self, namespace: str, service: str) -> list[Obj]:
        """Return the EndpointSlices of a Service."""
        return self._slices.lister.by_index(_SERVICE, f"{namespace}/{service}")

    def has_pod(self, namespace: str, ip: str) -> bool:
        """Whether an endpoint of the namespace has the address."""
        return any(piece["metadata"]["namespace"] == namespace for piece in self.slices_at(ip))

    def service_at(self, ip: str) -> Obj | None:
        """Return the Service with a cluster IP, or None."""
        found = self._services.lister.by_index(_ADDRESS, ip)
        return found[0] if found else None

    def slices_at(self, ip: str) -> list[Obj]:
        """Return the EndpointSlices with an endpoint at an address."""
        return self._slices.lister.by_index(_ADDRESS, ip)


def _cluster_ip(service: Obj) -> Iterator[str]:
    if service["spec"].get("clusterIP") not in (None, "", NONE):
        yield service["spec"]["clusterIP"]


def _service(piece: Obj) -> Iterator[str]:
    name = (piece["metadata"].get("labels") or {}).get(SERVICE_NAME)
    if name:
        yield f"{piece['metadata']['namespace']}/{name}"


def _addresses(piece: Obj) -> Iterator[str]:
    for endpoint in piece.get("endpoints") or ():
        yield endpoint["addresses"][0]
