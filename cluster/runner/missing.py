"""What kube-apiserver creates after its start wherever it is missing, and leaves alone where it is there."""

from __future__ import annotations

from collections.abc import Iterable

from cluster.client.client import Client
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Store


def create_missing(store: Store, client: Client, kind: Kind, objects: Iterable[Obj]) -> None:
    """Create those objects of a kind without namespaces that are not there. Raises ApiError."""
    for each in objects:
        if store.get(kind.storage_key("", each["metadata"]["name"])) is None:
            client.create(kind, {"apiVersion": kind.api_version, "kind": kind.kind, **each})
