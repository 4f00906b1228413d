"""The Service ``kubernetes``: how everything inside the cluster reaches the API server.

No controller makes it: kube-apiserver itself keeps the Service and its endpoints, which are the API servers that are alive, and looks
after them every ten seconds. Here there is one, on the control plane's machine, and what is missing is made when the loops begin.

Upstream: ``pkg/controlplane/controller/kubernetesservice/controller.go``, ``pkg/controlplane/reconcilers/endpointsadapter.go``.
"""

from __future__ import annotations

from cluster.apiserver.registry.core.service.networks import KUBERNETES_IP
from cluster.client.client import Client
from cluster.machinery.kinds.core import ENDPOINTS, SERVICES
from cluster.machinery.kinds.discovery import ENDPOINTSLICES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Store

NAME, NAMESPACE = "kubernetes", "default"
PORT, SECURE_PORT = 443, 6443
"""Where the Service listens, and the API server itself (``--secure-port``)."""


def service() -> Obj:
    """Return the Service; it has no selector, since no pod is behind it."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": NAME, "namespace": NAMESPACE, "labels": {"component": "apiserver", "provider": "kubernetes"}},
        "spec": {
            "type": "ClusterIP",
            "clusterIP": KUBERNETES_IP,
            "ports": [{"name": "https", "port": PORT, "protocol": "TCP", "targetPort": SECURE_PORT}],
        },
    }


def endpoints(address: str) -> Obj:
    """Return the Endpoints: the API server at ``address``. Nobody is to copy them into a slice: they have one."""
    return {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": NAME, "namespace": NAMESPACE, "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}},
        "subsets": [{"addresses": [{"ip": address}], "ports": [_port()]}],
    }


def endpoint_slice(address: str) -> Obj:
    """Return the EndpointSlice."""
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": NAME, "namespace": NAMESPACE, "labels": {"kubernetes.io/service-name": NAME}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": [address], "conditions": {"ready": True}}],
        "ports": [_port()],
    }


def _port() -> Obj:
    return {"name": "https", "port": SECURE_PORT, "protocol": "TCP"}


def create_kubernetes_service(store: Store, client: Client, address: str) -> None:
    """Create what is missing of the Service and its endpoints. ``address``: that of the machine the API server runs on."""
    wanted: tuple[tuple[Kind, Obj], ...] = (
        (SERVICES, service()),
        (ENDPOINTS, endpoints(address)),
        (ENDPOINTSLICES, endpoint_slice(address)),
    )
    for kind, obj in wanted:
        if store.get(kind.storage_key(NAMESPACE, NAME)) is None:
            client.create(kind, obj)
