"""Snapshots of what Kubernetes keeps in etcd, and going back to one.

``etcdctl snapshot save`` copies the file of pages; ``etcdutl snapshot restore`` makes a new data folder of it, and its ``--bump-revision``
keeps revisions from going backwards under clients that have seen later ones. Here a snapshot is the values under ``/registry/``,
packed; a restore writes what differs at the next revisions, so that the log goes on and can be gone back in. What a node keeps on its
own disk is not in etcd: containers that the restored state knows nothing of are still there, and their kubelets remove them.

Upstream: etcd ``etcdutl/snapshot/v3_snapshot.go``.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import orjson

from cluster.engine.trace import Trace
from cluster.machinery.meta import Obj
from cluster.machinery.storage import REGISTRY, Store

RESTORED = "/runner/restored"
"""Where the number of a restore's hop stands until the components have begun again."""
ADMIN = "etcdctl"
"""Who works on etcd past the API server, as the trace names it."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``data``: the file; ``keys``: how many it has; ``revision``: what etcd was at."""

    data: bytes
    keys: int
    revision: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore changed. ``revision``: of the snapshot."""

    written: int
    deleted: int
    revision: int


class NotASnapshot(Exception):  # noqa: N818 - it says what the file is
    """The file is something else, or damaged."""


def take(store: Store) -> Snapshot:
    """Pack everything that Kubernetes keeps now."""
    listing = store.list(REGISTRY)
    values = {kv.key: kv.obj for kv in listing.items}
    return Snapshot(zlib.compress(orjson.dumps({"revision": store.revision, "values": values})), len(values), store.revision)


def restore(store: Store, trace: Trace, data: bytes, name: str) -> Restored:
    """Make the store hold what a snapshot has, in one transaction. Raises NotASnapshot."""
    revision, values = _unpack(data)
    with store.transaction():
        now = {kv.key: kv for kv in store.list(REGISTRY).items}
        gone = sorted(now.keys() - values.keys())
        changed = [key for key in sorted(values) if key not in now or _without_revision(now[key].copy()) != _without_revision(values[key])]
        start = trace.record(ADMIN, "etcd", "restore", outcome=f"{name}: {len(changed)} keys written, {len(gone)} deleted")
        with trace.caused_by(start.seq), trace.routine():
            for key, value in (*((key, None) for key in gone), *((key, values[key]) for key in changed)):
                hop = trace.record("etcd", "etcd", "delete" if value is None else "put", key)
                hop.revision = store.put(key, value, hop=hop.seq).mod_revision
        store.put(RESTORED, {"hop": start.seq})
    return Restored(len(changed), len(gone), revision)


def _unpack(data: bytes) -> tuple[int, dict[str, Obj]]:
    try:
        document = orjson.loads(zlib.decompress(data))
        return int(document["revision"]), {str(key): value for key, value in document["values"].items()}
    except (zlib.error, orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise NotASnapshot("snapshot file corrupted or of another program") from error


def _without_revision(obj: Obj) -> Obj:
    metadata = obj.get("metadata")
    return obj if metadata is None else {**obj, "metadata": {**metadata, "resourceVersion": ""}}
