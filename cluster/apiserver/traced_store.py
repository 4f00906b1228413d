"""The API server's way to etcd: every read and write through here is a hop.

Upstream: ``staging/src/k8s.io/apiserver/pkg/storage/etcd3/store.go`` speaks gRPC to etcd; here the store is called.
"""

from __future__ import annotations

from cluster.apiserver.conversion import Conversion, converted
from cluster.engine.trace import Trace
from cluster.machinery.meta import Obj
from cluster.machinery.storage import KeyValue, Listing, Store

SOURCE, ETCD = "kube-apiserver", "etcd"


class TracedStore:
    """Reads and writes of one store, recorded. ``conversion``: between the version that is spoken here and the one that is kept."""

    def __init__(self, store: Store, trace: Trace, conversion: Conversion | None = None) -> None:
        self._store, self._trace, self._conversion = store, trace, conversion

    def speaking(self, conversion: Conversion | None) -> TracedStore:
        """Return the same store for another version."""
        return TracedStore(self._store, self._trace, conversion)

    @property
    def revision(self) -> int:
        """The newest revision."""
        return self._store.revision

    def peek(self, key: str) -> KeyValue | None:
        """Read one key without a hop, as the real server's cache would answer."""
        kv = self._store.get(key)
        return converted(self._conversion, kv) if kv is not None else None

    def get(self, key: str) -> KeyValue | None:
        """Read one key."""
        kv = self.peek(key)
        self._trace.record(SOURCE, ETCD, "get", key, revision=kv.mod_revision if kv else 0)
        return kv

    def list(self, prefix: str, *, revision: int | None = None, limit: int = 0, start_after: str = "") -> Listing:
        """Read the values under a prefix. Raises Compacted, FutureRevision."""
        listing = self._store.list(prefix, revision=revision, limit=limit, start_after=start_after)
        self._trace.record(SOURCE, ETCD, "list", prefix, revision=listing.revision)
        if self._conversion is None:
            return listing
        return listing._replace(items=[converted(self._conversion, kv) for kv in listing.items])

    def put(self, key: str, value: Obj | None, *, if_mod_revision: int) -> KeyValue:
        """Write one key (None deletes it), if nobody has changed it since ``if_mod_revision``. Raises Conflict."""
        hop = self._trace.record(SOURCE, ETCD, "delete" if value is None else "put", key)
        kept = value if value is None or self._conversion is None else self._conversion.to_storage(value)
        written = self._store.put(key, kept, if_mod_revision=if_mod_revision, hop=hop.seq)
        hop.revision = written.mod_revision
        return converted(self._conversion, written)
