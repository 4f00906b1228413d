"""What one write makes of a key: the same arithmetic in both stores.

Upstream: etcd ``server/storage/mvcc/kvstore_txn.go`` (``put``, ``delete``).
"""

from __future__ import annotations

from cluster.machinery.encoding import kept_json
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Conflict, Event, KeyValue


def next_event(
    revision: int, key: str, value: Obj | None, current: KeyValue | None, if_mod_revision: int | None, hop: int
) -> tuple[Event, KeyValue]:
    """Return the change that writing ``value`` over ``current`` at ``revision`` is, and what ``Store.put`` answers.

    Stamps ``value``'s resourceVersion. Raises Conflict.
    """
    if if_mod_revision is not None and if_mod_revision != (current.mod_revision if current else 0):
        raise Conflict(key, if_mod_revision, current)
    if value is None:
        if current is None:
            raise Conflict(key, if_mod_revision or 0, None)
        last = current.copy()
        return Event(revision, key, None, current, hop), _key_value(revision, key, last, current.create_revision, current.version)
    created, version = (current.create_revision, current.version + 1) if current else (revision, 1)
    written = _key_value(revision, key, value, created, version)
    return Event(revision, key, written, current, hop), written


def _key_value(revision: int, key: str, value: Obj, create_revision: int, version: int) -> KeyValue:
    metadata = value.get("metadata")
    if metadata is not None:
        metadata["resourceVersion"] = str(revision)
    return KeyValue(key, kept_json(value), revision, create_revision, version, value)
