"""The pod network as the loops have it: the machines of the machine room, and what listens on them beside pods.

A real machine has processes: its kubelet, and on the control plane etcd, the API server and the others. Here they are no processes,
so that what they answer over HTTP is said here: their health. What the API server answers beyond that an ``ApiFront`` says
(``http/in_cluster.py``, by the settings); without one everybody is told no.

Upstream: ``pkg/kubelet/server/server.go``, ``staging/src/k8s.io/apiserver/pkg/server/healthz``, ``server/etcdmain/grpc_proxy.go``.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from cluster.cni.network import HostService, PodNames, PodNetwork, Station, pod_component
from cluster.engine.engine import Engine
from cluster.kubelet.kubelets import Kubelets, Plug
from cluster.machinery.errors import ApiError
from cluster.machinery.network import Failure, HttpRequest, HttpResponse, NetworkError, Peer, show_certificate
from cluster.machinery.node_storage import NodeStorage

API_PORT = 6443
KUBELET_PORT, KUBELET_HEALTH_PORT = 10250, 10248
CONTROLLER_MANAGER_PORT, SCHEDULER_PORT, ETCD_METRICS_PORT = 10257, 10259, 2381
_CONTROL_PLANE_PORTS = {
    API_PORT: "kube-apiserver",
    CONTROLLER_MANAGER_PORT: "kube-controller-manager",
    SCHEDULER_PORT: "kube-scheduler",
    ETCD_METRICS_PORT: "etcd",
}
_HEALTH = ("/healthz", "/livez", "/readyz")
ApiFront = Callable[[str, HttpRequest], HttpResponse]
"""What the API server answers over TLS; told who asks, as the trace names it."""


def pod_network(
    engine: Engine,
    kubelets: Callable[[], Kubelets],
    disk: Callable[[str], NodeStorage],
    control_plane: str,
    pod_names: PodNames,
    is_cut_off: Callable[[str], bool] = lambda node: False,
    is_up: Callable[[str], bool] = lambda component: True,
    front: ApiFront | None = None,
) -> PodNetwork:
    """Return the network of a cluster. ``control_plane``: the node that the API server runs on; ``is_cut_off``: whether a node
    (``node/n1``) is; ``is_up``: whether a component of the control plane runs; ``front``: what the API server answers."""
    machines = Machines(kubelets, disk, control_plane, is_cut_off, is_up, pod_names, front)
    return PodNetwork(machines, engine.clock, engine.rng, engine.trace, machines.host_service, pod_names)


class Machines:
    """Stations and HostServices of the machine room."""

    def __init__(
        self,
        kubelets: Callable[[], Kubelets],
        disk: Callable[[str], NodeStorage],
        control_plane: str,
        is_cut_off: Callable[[str], bool] = lambda node: False,
        is_up: Callable[[str], bool] = lambda component: True,
        pod_names: PodNames = pod_component,
        front: ApiFront | None = None,
    ) -> None:
        self._kubelets, self._disk, self._control_plane, self._is_cut_off = kubelets, disk, control_plane, is_cut_off
        self._is_up, self._pod_names, self._front = is_up, pod_names, front

    def named(self, node: str) -> Station | None:
        """Return a machine by its node's name."""
        return self._station(self._kubelets().plug(node))

    def at(self, address: str) -> Station | None:
        """Return the machine that has an address, or whose pod range it is in."""
        return self._station(self._kubelets().plug_at(address))

    def host_service(self, node: str, port: int) -> HostService | None:
        """Return who listens on a port of a node, None when it is no process of the node itself."""
        plug = self._kubelets().plug(node)
        if plug is not None and plug.has_kubelet and port in (KUBELET_PORT, KUBELET_HEALTH_PORT):
            return _kubelet if port == KUBELET_PORT else _kubelet_health
        if node != self._control_plane or port not in _CONTROL_PLANE_PORTS:
            return None
        if not self._is_up(_CONTROL_PLANE_PORTS[port]):
            return _nobody
        if port != API_PORT:
            return _control_plane
        return self._api if self._is_up("etcd") else self._api_without_etcd

    def _api(self, peer: Peer, request: HttpRequest) -> HttpResponse:
        show_certificate(request, is_of_cluster=True)
        if self._front is None or not request.tls or _path(request) in _HEALTH:
            return _answer_anonymous(request)
        return self._front(self._pod_names(peer.node, peer.pod) if peer.pod else f"node/{peer.node}", request)

    def _api_without_etcd(self, peer: Peer, request: HttpRequest) -> HttpResponse:
        path = _path(request)
        if path not in _HEALTH:
            return self._api(peer, request)
        show_certificate(request, is_of_cluster=True)
        return HttpResponse(500, f"[-]etcd failed: reason withheld\n{path.strip('/')} check failed\n".encode())

    def _station(self, plug: Plug | None) -> Station | None:
        if plug is None:
            return None
        is_cut_off = self._is_cut_off(f"node/{plug.name}")
        return Station(plug.name, plug.ip, plug.is_powered, self._disk(plug.name), plug.pods, is_cut_off)


def _kubelet(peer: Peer, request: HttpRequest) -> HttpResponse:
    show_certificate(request)
    return HttpResponse(401, b"Unauthorized") if request.tls else _no_tls()


def _kubelet_health(peer: Peer, request: HttpRequest) -> HttpResponse:
    return HttpResponse(200, b"ok") if _path(request) == "/healthz" else HttpResponse(404, b"404 page not found\n")


def _control_plane(peer: Peer, request: HttpRequest) -> HttpResponse:
    show_certificate(request)
    return _answer_anonymous(request)


def _answer_anonymous(request: HttpRequest) -> HttpResponse:
    path = _path(request)
    if path in _HEALTH:
        return HttpResponse(200, b"ok")
    if not request.tls:
        return _no_tls()
    message = f'User "system:anonymous" cannot {request.method.lower()} path "{path}"'
    refusal = ApiError(403, "Forbidden", f"forbidden: {message}")
    return HttpResponse(403, json.dumps(refusal.status).encode(), {"content-type": "application/json"})


def _nobody(peer: Peer, request: HttpRequest) -> HttpResponse:
    raise NetworkError(Failure.REFUSED)


def _no_tls() -> HttpResponse:
    return HttpResponse(400, b"Client sent an HTTP request to an HTTPS server.\n")


def _path(request: HttpRequest) -> str:
    return request.path.partition("?")[0]
