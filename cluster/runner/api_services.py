"""The APIServices of what the API server itself serves, written when the loops of a cluster start, as the real one does after its start.

Upstream: ``cmd/kube-apiserver/app/server.go`` (``apiServicesToRegister``).
"""

from __future__ import annotations

from cluster.apiserver_controllers.api_services import built_in_api_services
from cluster.client.client import Client
from cluster.machinery.kinds.apiregistration import APISERVICES
from cluster.machinery.storage import Store
from cluster.runner.missing import create_missing


def register_api_services(store: Store, client: Client) -> None:
    """Create those that are missing."""
    create_missing(store, client, APISERVICES, built_in_api_services())
