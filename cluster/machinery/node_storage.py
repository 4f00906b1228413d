"""What a node keeps on its own disk: a few records under ``/node/<name>/`` of the same store.

A real node writes files: containerd's metadata and content store, the CNI plugin's address files, the kubelet's
checkpoints. Here they are keys beside ``/registry``, so that a cluster taken over by another process finds its
containers running. The API server neither sees nor serves them.
"""

from __future__ import annotations

from typing import Protocol

from cluster.machinery.meta import Obj
from cluster.machinery.storage import Store


class NodeStorage(Protocol):
    """The records of one node. Values are taken over by ``put`` and shared by ``get`` and ``list``: never change them."""

    def get(self, key: str) -> Obj | None:
        """Return a record, or None."""
        ...

    def list(self, prefix: str) -> list[tuple[str, Obj]]:
        """Return the records whose key begins with ``prefix`` as (key, value), sorted by key."""
        ...

    def put(self, key: str, value: Obj | None) -> int:
        """Write a record and return the revision of the write; None deletes it. Deleting what is not there changes nothing: 0."""
        ...


class StoredNode:
    """NodeStorage on the cluster's store."""

    def __init__(self, store: Store, node: str) -> None:
        self._store, self._prefix = store, f"/node/{node}/"

    def get(self, key: str) -> Obj | None:
        """Return a record, or None."""
        found = self._store.get(self._prefix + key)
        return found.obj if found is not None else None

    def list(self, prefix: str) -> list[tuple[str, Obj]]:
        """Return the records whose key begins with ``prefix`` as (key, value), sorted by key."""
        return [(kv.key.removeprefix(self._prefix), kv.obj) for kv in self._store.list(self._prefix + prefix).items]

    def put(self, key: str, value: Obj | None) -> int:
        """Write a record and return the revision of the write; None deletes it. Deleting what is not there changes nothing: 0."""
        if value is None and self._store.get(self._prefix + key) is None:
            return 0
        return self._store.put(self._prefix + key, value).mod_revision
