"""The API server's way to etcd: every read and write through here is a hop.

Upstream: ``staging/src/k8s.io/apiserver/pkg/storage/etcd3/store.go`` speaks gRPC to etcd; here the store is called.
"""

from __future__ import annotations

from cluster.engine.trace import Trace
from cluster.machinery.meta import Obj
from cluster.machinery.storage import KeyValue, Listing, Store

SOURCE, ETCD = "kube-apiserver", "etcd"


class TracedStore:
    """Reads and writes of one store, recorded. ``untraced`` is the store itself, for what real caches would answer."""

    def __init__(self, store: Store, trace: Trace) -> None:
        self.untraced = store
        self._trace = trace

    def get(self, key: str) -> KeyValue | None:
        """Read one key."""
        kv = self.untraced.get(key)
        self._trace.record(SOURCE, ETCD, "get", key, revision=kv.mod_revision if kv else 0)
        return kv

    def list(self, prefix: str, *, revision: int | None = None, limit: int = 0, start_after: str = "") -> Listing:
        """Read the values under a prefix. Raises Compacted, FutureRevision."""
        listing = self.untraced.list(prefix, revision=revision, limit=limit, start_after=start_after)
        self._trace.record(SOURCE, ETCD, "list", prefix, revision=listing.revision)
        return listing

    def put(self, key: str, value: Obj | None, *, if_mod_revision: int) -> KeyValue:
        """Write one key (None deletes it), if nobody has changed it since ``if_mod_revision``. Raises Conflict."""
        hop = self._trace.record(SOURCE, ETCD, "delete" if value is None else "put", key)
        written = self.untraced.put(key, value, if_mod_revision=if_mod_revision, hop=hop.seq)
        hop.revision = written.mod_revision
        return written
