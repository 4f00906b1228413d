"""The Service ``kubernetes``: how everything inside the cluster reaches the API server.

No controller makes it: kube-apiserver itself keeps the Service and its endpoints, which are the API servers that are alive, and looks
after them every ten seconds. So it is here, with the one API server on the control plane's machine.

Upstream: ``pkg/controlplane/controller/kubernetesservice/controller.go``, ``pkg/controlplane/reconcilers/endpointsadapter.go``.
"""

from __future__ import annotations

from cluster.apiserver.registry.core.service.networks import KUBERNETES_IP
from cluster.client.client import Client
from cluster.engine.engine import Engine
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import ENDPOINTS, SERVICES
from cluster.machinery.kinds.discovery import ENDPOINTSLICES, SERVICE_NAME
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Store

NAME, NAMESPACE = "kubernetes", "default"
PORT, SECURE_PORT = 443, 6443
"""Where the Service listens, and the API server itself (``--secure-port``)."""
LANE = "kube-apiserver"
SECONDS = 10
"""Simulated seconds between two looks."""


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
        "metadata": {"name": NAME, "namespace": NAMESPACE, "labels": {SERVICE_NAME: NAME}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": [address], "conditions": {"ready": True}}],
        "ports": [_port()],
    }


def _port() -> Obj:
    return {"name": "https", "port": SECURE_PORT, "protocol": "TCP"}


class KubernetesService:
    """Makes what is missing of the Service and its endpoints, and puts right what somebody changed.

    ``address``: that of the machine the API server runs on.
    """

    def __init__(self, store: Store, client: Client, engine: Engine, address: str) -> None:
        self._store, self._client, self._engine = store, client, engine
        self._wanted: tuple[tuple[Kind, Obj], ...] = (
            (SERVICES, service()),
            (ENDPOINTS, endpoints(address)),
            (ENDPOINTSLICES, endpoint_slice(address)),
        )

    def start(self) -> None:
        """Look after it now, and from time to time."""
        self._engine.after(SECONDS, LANE, self.start, background=True)
        for kind, wanted in self._wanted:
            try:
                self._ensure(kind, wanted)
            except ApiError:
                continue  # somebody else has the address, say: the refusal is in the trace, and the next look may find it free

    def _ensure(self, kind: Kind, wanted: Obj) -> None:
        current = self._store.get(kind.storage_key(NAMESPACE, NAME))
        if current is None:
            self._client.create(kind, wanted)
        elif _facts(current.obj) != _facts(wanted):
            restored = current.copy()
            if kind is SERVICES:
                restored["spec"] |= {"type": "ClusterIP", "ports": wanted["spec"]["ports"]}
            else:
                restored |= {field: wanted[field] for field in _FIELDS if field in wanted}
            self._client.update(kind, restored)


_FIELDS = ("subsets", "endpoints", "ports")


def _facts(obj: Obj) -> list[object]:
    """Return what has to be as it was made; labels, annotations and session affinity are everybody's."""
    spec = obj.get("spec", {})
    return [spec.get("type"), spec.get("ports"), *(obj.get(field) for field in _FIELDS)]
