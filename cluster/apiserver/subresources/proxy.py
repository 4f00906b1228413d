"""``pods/proxy``, ``services/proxy`` and ``nodes/proxy``: an HTTP request that the API server passes on to what runs in the cluster.

A name may say more than a name: ``web:80``, ``https:web:metrics``. A service is not asked at its address: the API server chooses one of its
endpoints, without a rule of any node. What comes back goes to the client as it is; only one HTTP request is passed on, no upgrade.

Upstream: ``pkg/registry/core/{pod/rest/subresources,service/proxy,node/rest/proxy}.go``, ``pkg/registry/core/pod/strategy.go``
(``ResourceLocation``), ``pkg/registry/core/service/storage/storage.go``, ``staging/src/k8s.io/apimachinery/pkg/util/proxy/``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from cluster.apiserver.call import Call
from cluster.apiserver.reader import Reader
from cluster.apiserver.request import Response
from cluster.apiserver.rest import Installation
from cluster.engine.rng import Rng
from cluster.machinery.errors import ApiError, bad_request, not_found
from cluster.machinery.kinds.core import ENDPOINTS, NODES, PODS, SERVICES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj

KUBELET_PORT = "10250"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a request goes. ``port`` 0: the scheme's own; ``kubelet``: the node whose kubelet is asked, empty for an address."""

    address: str
    port: int = 0
    tls: bool = False
    kubelet: str = ""


class ProxyRest:
    """Serves every verb of the proxy of one kind. ``locate``: finds out where a name leads to."""

    def __init__(self, installation: Installation, locate: Callable[[Reader, Rng, str, str], Location]) -> None:
        self._reader, self._rng, self._kubelets = installation.reader, installation.rng, installation.kubelets
        self._locate = locate

    def serve(self, call: Call) -> Response:
        """Answer with a session out of which comes what was answered. Raises ApiError 400, 404, 503."""
        request = call.request
        if request.proxied is None:
            raise bad_request("nothing to pass on")
        location = self._locate(self._reader, self._rng, request.namespace, request.name)
        proxied = replace(request.proxied, tls=location.tls)
        try:
            if location.kubelet:
                with call.ask(f"node/{location.kubelet}/kubelet", "proxy"):
                    return Response(200, session=self._kubelets.connect(location.kubelet).http(proxied))
            port = location.port or (443 if location.tls else 80)
            return Response(200, session=self._kubelets.http(location.address, port, proxied))
        except OSError as error:
            raise unreachable(str(error)) from None


def pod_proxy_rest(installation: Installation) -> ProxyRest:
    """Return what serves ``pods/proxy``."""
    return ProxyRest(installation, locate_pod)


def service_proxy_rest(installation: Installation) -> ProxyRest:
    """Return what serves ``services/proxy``."""
    return ProxyRest(installation, locate_service)


def node_proxy_rest(installation: Installation) -> ProxyRest:
    """Return what serves ``nodes/proxy``."""
    return ProxyRest(installation, locate_node)


def unreachable(why: str) -> ApiError:
    """503: where a request was to go, nobody answered."""
    return unavailable(f"error trying to reach service: {why}")


def unavailable(message: str) -> ApiError:
    """503."""
    return ApiError(503, "ServiceUnavailable", message)


def locate_pod(reader: Reader, rng: Rng, namespace: str, name: str) -> Location:
    """Return the address of a pod, and its first port when none is named. Raises ApiError 400, 404."""
    scheme, bare, port = _split(name, "pod")
    pod = _found(reader, PODS, namespace, bare)
    if not port:
        ports = [each["containerPort"] for container in pod["spec"]["containers"] for each in container.get("ports") or ()]
        port = str(ports[0]) if ports else ""
    address = (pod.get("status") or {}).get("podIP", "")
    if not address:
        raise bad_request("address not allowed")
    return Location(address, _number(port), tls=scheme == "https")


def locate_service(reader: Reader, rng: Rng, namespace: str, name: str) -> Location:
    """Return one of a service's endpoints, by chance. Raises ApiError 400, 404, 503."""
    scheme, bare, port = _split(name, "service")
    if port.isdigit():
        service = _found(reader, SERVICES, namespace, bare)
        declared = [each.get("name", "") for each in service["spec"].get("ports") or () if each["port"] == int(port)]
        if not declared:
            raise unavailable(f'no service port {int(port)} found for service "{bare}"')
        port = declared[0]
    subsets = _found(reader, ENDPOINTS, namespace, bare).get("subsets") or []
    if not subsets:
        raise unavailable(f'no endpoints available for service "{bare}"')
    for subset in _from(subsets, rng):
        addresses = subset.get("addresses") or []
        for each in subset.get("ports") or ():
            if each.get("name", "") == port and addresses:
                return Location(_from(addresses, rng)[0]["ip"], each["port"], tls=scheme == "https")
    raise unavailable(f'no endpoints available for service "{name}"')


def locate_node(reader: Reader, rng: Rng, namespace: str, name: str) -> Location:
    """Return a node's kubelet, or its address when another port is named. Raises ApiError 400, 404."""
    scheme, bare, port = _split(name, "node")
    node = _found(reader, NODES, "", bare)
    if port in ("", KUBELET_PORT):
        return Location("", tls=True, kubelet=bare)
    addresses = (node.get("status") or {}).get("addresses") or ()
    address = next((each["address"] for each in addresses if each["type"] == "InternalIP"), bare)
    return Location(address, _number(port), tls=scheme == "https")


def _split(name: str, what: str) -> tuple[str, str, str]:
    """Return scheme, name and port."""
    parts = name.split(":")
    scheme, bare, port = {1: ("", *parts, ""), 2: ("", *parts), 3: tuple(parts)}.get(len(parts), ("", "", ""))
    if not bare or scheme not in ("", "http", "https"):
        raise bad_request(f'invalid {what} request "{name}"')
    return scheme, bare, port


def _number(port: str) -> int:
    if port and not port.isdigit():
        raise unreachable(f"dial tcp: lookup tcp/{port}: unknown port")
    return int(port or 0)


def _found(reader: Reader, kind: Kind, namespace: str, name: str) -> Obj:
    found = reader.get(kind, namespace, name)
    if found is None:
        raise not_found(kind.group, kind.plural, name)
    return found


def _from(items: Sequence[Obj], rng: Rng) -> list[Obj]:
    """Return the items, beginning anywhere."""
    start = rng.below(len(items))
    return [*items[start:], *items[:start]]
