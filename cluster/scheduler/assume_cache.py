"""Objects as they will be once a write has come back: what the scheduler has decided counts from that moment.

An assumption holds until the informer knows a newer state of the object.

Upstream: ``pkg/scheduler/util/assumecache/assume_cache.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.client.informer import Lister
from cluster.machinery.meta import Key, Obj, key_of


class AssumeCache:
    """A lister with assumptions over it. What it returns is shared: copy before changing."""

    def __init__(self, lister: Lister) -> None:
        self._lister = lister
        self._assumed: dict[Key, Obj] = {}

    def get(self, name: str, namespace: str = "") -> Obj | None:
        """Return one object, as it is assumed to be, or None."""
        found = self._lister.get(name, namespace)
        return self._as_assumed(found) if found is not None and self._assumed else found

    def list(self) -> Sequence[Obj]:
        """Return all objects as they are assumed to be."""
        found = self._lister.list()
        return [self._as_assumed(obj) for obj in found] if self._assumed else found

    def assume(self, obj: Obj) -> None:
        """Take an object for what it will be; it still has the version it was made from."""
        self._assumed[key_of(obj)] = obj

    def forget(self, key: Key) -> None:
        """Take an assumption back; harmless when there is none."""
        self._assumed.pop(key, None)

    def _as_assumed(self, obj: Obj) -> Obj:
        key = key_of(obj)
        assumed = self._assumed.get(key)
        if assumed is None:
            return obj
        if _version(obj) > _version(assumed):
            del self._assumed[key]
            return obj
        return assumed


def _version(obj: Obj) -> int:
    return int(obj["metadata"].get("resourceVersion") or 0)
