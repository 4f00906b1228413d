"""etcd as the page shows it: keys and values at any moment, the history of one key, and what an administrator does."""

from __future__ import annotations

import orjson
import yaml

from cluster.machinery.meta import Obj
from cluster.machinery.storage import Event, KeyValue, Store
from cluster.runner.etcd_admin import EtcdStatus
from cluster.runner.host import Host
from dashboard import frames
from dashboard.forms import EtcdWork
from dashboard.inspector import changed_lines, manifest

PAGE = 200
MAX_HISTORY = 20


async def keys_at(host: Host, prefix: str, at: int, after: str) -> Obj:
    """Return a page of the keys under a prefix as they were at a hop."""
    revision = await host.revision_at(at)
    listing = await host.read(lambda store: store.list(prefix, revision=revision, limit=PAGE, start_after=after)) if revision else None
    rows = [_row(kv) for kv in listing.items] if listing else []
    return {"revision": revision, "keys": rows, "remaining": listing.remaining if listing else 0}


async def status(host: Host) -> Obj:
    """Return what ``etcdctl endpoint status`` says, and the snapshots there are."""
    return _status(await host.etcd(lambda admin: admin.status()))


async def key_at(host: Host, key: str, at: int) -> Obj | None:
    """Return one key with its value and its latest writes, each with the lines that it changed, newest first; None: it was not there."""
    revision = await host.revision_at(at)

    def read(store: Store) -> tuple[KeyValue | None, list[Event]]:
        return store.get(key, revision=revision), _writes(store, key, revision)

    value, writes = await host.read(read) if revision else (None, [])
    if value is None:
        return None
    history = [
        {
            "revision": event.revision,
            "seq": event.hop,
            "version": event.kv.version if event.kv else 0,
            "changes": changed_lines(_told(event.prev), _told(event.kv)),
        }
        for event in writes
    ]
    return {**_row(value), "value": _text(value), "history": history}


async def work(host: Host, wanted: EtcdWork) -> list[str]:
    """Do what an administrator asks and return what ``etcdctl`` prints. Raises etcd_admin.Refused."""
    if wanted.action == "snapshot":
        return await host.etcd(lambda admin: admin.snapshot(wanted.name))
    if wanted.action == "restore":
        return await host.etcd(lambda admin: admin.restore(wanted.name))
    if wanted.action == "compact":
        return await host.etcd(lambda admin: admin.compact(wanted.revision))
    return await host.etcd(lambda admin: admin.defrag())


def _row(kv: KeyValue) -> Obj:
    return {"key": kv.key, "create": kv.create_revision, "mod": kv.mod_revision, "version": kv.version, "size": len(kv.raw)}


def _text(kv: KeyValue | None) -> str:
    """The value in YAML, which is easier to read than its one line of JSON."""
    return "" if kv is None else str(yaml.safe_dump(orjson.loads(kv.raw), sort_keys=True, allow_unicode=True, width=1_000_000))


def _told(kv: KeyValue | None) -> str:
    """The value without what says who manages which field: that is half of it, and changes with everything."""
    if kv is None or "metadata" not in kv.obj:
        return _text(kv)
    return manifest(kv.obj)


def _writes(store: Store, key: str, revision: int) -> list[Event]:
    """The latest writes of a key up to a revision, back to its creation, newest first."""
    found: list[Event] = []
    while len(found) < MAX_HISTORY and revision > store.compacted:
        value = store.get(key, revision=revision)
        if value is None or value.mod_revision <= store.compacted:
            break
        found += store.events(key, after=value.mod_revision - 1, limit=1)
        revision = value.mod_revision - 1
    return found


def _status(found: EtcdStatus) -> Obj:
    snapshots = [
        {"name": s.name, "revision": s.revision, "keys": s.keys, "size": s.size, "seq": s.hop, "at": frames.seconds(s.at)}
        for s in found.snapshots
    ]
    return {
        "revision": found.revision,
        "compacted": found.compacted,
        "size": found.size,
        "inUse": found.in_use,
        "snapshots": snapshots,
    }
