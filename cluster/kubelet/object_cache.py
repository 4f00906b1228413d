"""The ConfigMaps and Secrets that the pods of a node refer to, each watched by itself as long as a pod needs it.

Upstream: ``pkg/kubelet/util/manager/watch_based_manager.go``. Differs in that an object is watched from the first time it is asked for.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

from cluster.client.client import Client
from cluster.client.informer import Informer
from cluster.client.workqueue import WorkQueue
from cluster.engine.engine import Engine
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import SECOND, Key, Obj, SimTime

SYNC_SECONDS = 60
"""Every pod is synced anew after so long (syncFrequency): that is when its volumes get what has changed."""


@dataclass(slots=True)
class _Watched:
    informer: Informer
    users: set[str] = field(default_factory=set)
    mounted_by: set[str] = field(default_factory=set)


def seconds_until_sync(uid: str, now: SimTime) -> float:
    """Return when a pod is synced next without a reason of its own; each pod has its own second within the minute."""
    phase = zlib.crc32(uid.encode()) % (SYNC_SECONDS * 1000) / 1000
    return SYNC_SECONDS - (now / SECOND - phase) % SYNC_SECONDS


class ObjectCache:
    """Objects by kind, namespace and name, for the pods that need them (by their uids)."""

    def __init__(self, client: Client, engine: Engine, queue: WorkQueue) -> None:
        self._client, self._engine, self._queue = client, engine, queue
        self._watched: dict[tuple[str, str, str], _Watched] = {}

    def get(self, kind: Kind, namespace: str, name: str, uid: str, *, is_mounted: bool = False) -> Obj | None:
        """Return an object that a pod refers to (shared: never change it), or None. ``is_mounted``: the pod is to hear of changes."""
        key = (kind.qualified, namespace, name)
        watched = self._watched.get(key)
        if watched is None:
            watched = self._watch(kind, namespace, name)
            if watched is None:
                return None
            self._watched[key] = watched
        watched.users.add(uid)
        if is_mounted:
            watched.mounted_by.add(uid)
        return watched.informer.lister.get(name, namespace)

    def release(self, uid: str) -> None:
        """A pod is gone: what only it needed is watched no longer."""
        for key, watched in list(self._watched.items()):
            watched.users.discard(uid)
            watched.mounted_by.discard(uid)
            if not watched.users:
                watched.informer.stop()
                del self._watched[key]

    def stop(self) -> None:
        """Watch nothing any more."""
        for watched in self._watched.values():
            watched.informer.stop()
        self._watched.clear()

    def _watch(self, kind: Kind, namespace: str, name: str) -> _Watched | None:
        informer = Informer(kind, self._client, self._engine, field_selector=f"metadata.name={name}", namespace=namespace)
        watched = _Watched(informer)

        def changed(_: Obj) -> None:
            for uid in sorted(watched.mounted_by):
                self._queue.add_after(Key(uid), seconds_until_sync(uid, self._engine.clock.now))

        informer.subscribe(self._client.source, self._queue, on_add=changed, on_update=lambda _, new: changed(new), on_delete=changed)
        try:
            informer.start()
        except ApiError:
            return None  # the API server does not let this node see it, which is as if it were not there
        return watched
