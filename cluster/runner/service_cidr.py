"""The ServiceCIDR ``kubernetes``: the range of ``--service-cluster-ip-range``, created when the loops of a cluster start.

The real kube-apiserver looks after it every ten seconds, and the controller of ServiceCIDRs gives it its finalizer. There is no such
controller here: it is made ready and with its finalizer, and those that somebody makes besides never become ready.

Upstream: ``pkg/controlplane/controller/defaultservicecidr/default_servicecidr_controller.go``.
"""

from __future__ import annotations

from cluster.apiserver.registry.core.service.networks import SERVICE_NETWORK
from cluster.client.client import Client
from cluster.machinery.kinds.networking import SERVICECIDRS
from cluster.machinery.meta import Obj, SimTime, timestamp
from cluster.machinery.storage import Store

NAME, FINALIZER = "kubernetes", "networking.k8s.io/service-cidr-finalizer"


def create_default_service_cidr(store: Store, client: Client, now: SimTime) -> None:
    """Create it, if it is missing."""
    if store.get(SERVICECIDRS.storage_key("", NAME)) is None:
        client.create(SERVICECIDRS, default_service_cidr(now))


def default_service_cidr(now: SimTime) -> Obj:
    """Return it as it is when it is ready."""
    ready = {
        "type": "Ready",
        "status": "True",
        "lastTransitionTime": timestamp(now),
        "reason": "",
        "message": "Kubernetes default Service CIDR is ready",
    }
    return {
        "apiVersion": SERVICECIDRS.api_version,
        "kind": SERVICECIDRS.kind,
        "metadata": {"name": NAME, "finalizers": [FINALIZER]},
        "spec": {"cidrs": [str(SERVICE_NETWORK)]},
        "status": {"conditions": [ready]},
    }
