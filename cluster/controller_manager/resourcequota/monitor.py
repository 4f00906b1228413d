"""The kinds that quotas count, watched: what goes, or counts for less, lets its quotas be counted anew.

Kinds that definitions add are watched as soon as they are served (upstream asks for what is served every 30 seconds), and counted as
``count/widgets.example.com``. They have informers of their own, so that a changed definition closes no other controller's watch.

Upstream: ``pkg/controller/resourcequota/resource_quota_monitor.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from cluster.client.informer import NAMESPACE, Informers, Lister, Queue
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane
from cluster.machinery.kinds import KINDS
from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PODS, SERVICES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Key, Obj, SimTime
from cluster.machinery.quota.amounts import is_equal
from cluster.machinery.quota.evaluators import evaluator_of

_LESS = (PODS, SERVICES, PERSISTENTVOLUMECLAIMS)
"""Kinds of which a change may free something: a pod ends, a Service or a claim becomes another one."""


class QuotaMonitor:
    """``quotas``: all there are; ``replenish``: told of a kind, and of the namespace in which there may be room again; ``queue``: where
    that puts its work."""

    def __init__(self, lane: Lane, queue: Queue, quotas: Lister, replenish: Callable[[Kind, str], None]) -> None:
        self._client, self._clock, self._queue, self._quotas, self._replenish = lane.client, lane.engine.clock, queue, quotas, replenish
        self._kinds_queue = WorkQueue(lane.name, lane.engine, self.follow_what_is_served)
        self._listers = {kind: self._follow(kind, lane) for kind in _counted(KINDS)}
        self._custom_lane = replace(lane, informers=Informers(lane.client, lane.engine))
        self._custom: dict[str, Kind] = {}
        lane.follow(
            CUSTOMRESOURCEDEFINITIONS,
            self._kinds_queue,
            on_add=self._on_definition,
            on_update=lambda _, new: self._on_definition(new),
            on_delete=self._on_definition,
        )

    @property
    def kinds(self) -> list[Kind]:
        """The kinds that are watched."""
        return list(self._listers)

    def objects(self, kind: Kind, namespace: str) -> list[Obj]:
        """Return the objects of a kind in a namespace."""
        return self._listers[kind].by_index(NAMESPACE, namespace)

    def start(self) -> None:
        """Watch the kinds that definitions have added before."""
        self._look()

    def stop(self) -> None:
        """Watch them no longer."""
        self._custom_lane.informers.stop()

    def follow_what_is_served(self, key: Key, now: SimTime) -> Result:
        """Watch kinds that have come, and no longer those that have gone or are served anew. Raises ApiError."""
        self._look()
        return Result()

    def _look(self) -> None:
        before, self._custom, informers = self._custom, self._served(), self._custom_lane.informers
        for name, kind in before.items():
            if self._custom.get(name) is not kind:
                informers.forget(kind)
                del self._listers[kind]
        for name, kind in self._custom.items():
            if before.get(name) is not kind:
                self._listers[kind] = self._follow(kind, self._custom_lane)
                informers.informer(kind).start()

    def _served(self) -> dict[str, Kind]:
        """Return the kinds that definitions add, as they are served now."""
        built_in = {kind.qualified for kind in KINDS}
        return {kind.qualified: kind for kind in _counted(self._client.kinds.all) if kind.qualified not in built_in}

    def _on_definition(self, definition: Obj) -> None:
        if self._served() != self._custom:
            self._kinds_queue.add(Key("kinds"))

    def _follow(self, kind: Kind, lane: Lane) -> Lister:
        return lane.follow(
            kind,
            self._queue,
            on_add=lambda _: None,
            on_update=lambda old, new: self._on_update(kind, old, new),
            on_delete=lambda obj: self._replenish(kind, obj["metadata"].get("namespace", "")),
        )

    def _on_update(self, kind: Kind, old: Obj, new: Obj) -> None:
        """Most namespaces have no quota: nothing is worked out for nobody."""
        evaluator, namespace = evaluator_of(kind), new["metadata"].get("namespace", "")
        if evaluator is None or kind not in _LESS or not self._quotas.has(NAMESPACE, namespace):
            return
        now = self._clock.now
        if not is_equal(evaluator.usage(old, now), evaluator.usage(new, now)):
            self._replenish(kind, namespace)


def _counted(kinds: Iterable[Kind]) -> list[Kind]:
    return [kind for kind in kinds if kind.is_stored and evaluator_of(kind) is not None]
