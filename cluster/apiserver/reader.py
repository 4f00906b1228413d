"""Reading objects beside the request that is being served: what admission plugins and others look up.

The real ones have informers that lag a little behind etcd; here the newest objects are read, and nothing of it is a hop.

Upstream: ``staging/src/k8s.io/apiserver/pkg/admission/initializer/``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Store


class Reader(Protocol):
    """Finds objects as they are now, in the version that is kept. They are shared: never change them."""

    def get(self, kind: Kind, namespace: str, name: str) -> Obj | None:
        """Return one object, or None."""
        ...

    def list(self, kind: Kind, namespace: str = "") -> Sequence[Obj]:
        """Return the objects of a kind, of all namespaces when none is given, by key."""
        ...


class StoreReader:
    """Reads the store itself."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, kind: Kind, namespace: str, name: str) -> Obj | None:
        """Return one object, or None."""
        kv = self._store.get(kind.storage_key(namespace, name))
        return kv.obj if kv is not None else None

    def list(self, kind: Kind, namespace: str = "") -> Sequence[Obj]:
        """Return the objects of a kind, by key."""
        return [kv.obj for kv in self._store.list(kind.storage_key(namespace, "")).items]
