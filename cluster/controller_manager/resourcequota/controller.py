"""Counts what is used of each ResourceQuota: when it is new or changed, when something that it counts goes, and every five minutes.

What is created is counted by admission at once; this one lets go of what is no longer there, and so finds the truth again
whatever happened. It differs in that a new quota is counted in the order of its arrival, not before the others.

Upstream: ``pkg/controller/resourcequota/resource_quota_controller.go``, ``resource_quota_monitor.go``,
``replenishment.go``.
"""

from __future__ import annotations

from cluster.client.informer import NAMESPACE, Lister
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, copy_of
from cluster.controller_manager.periodic import Periodic
from cluster.controller_manager.resourcequota.usage import wanted_status
from cluster.machinery.kinds import KINDS
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PODS, RESOURCEQUOTAS, SERVICES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Key, Obj, SimTime, key_of, split_key
from cluster.machinery.quota.amounts import is_equal
from cluster.machinery.quota.evaluators import evaluator_of

RESYNC_PERIOD = 300
"""Seconds."""


class ResourceQuotaController:
    """The lane ``kube-controller-manager/resourcequota``. Its keys are quotas."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._clock = lane.client, lane.engine.clock
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._quotas = lane.follow(
            RESOURCEQUOTAS,
            self._queue,
            on_add=lambda quota: self._queue.add(key_of(quota)),
            on_update=self._on_quota_update,
            on_delete=lambda _: None,
        )
        counted = [kind for kind in KINDS if kind.is_stored and evaluator_of(kind) is not None]
        self._listers = {kind: self._monitor(lane, kind) for kind in counted}
        self._timer = Periodic(lane.engine, lane.name, RESYNC_PERIOD, self._enqueue_all)

    def start(self) -> None:
        """Begin to count everything from time to time."""
        self._timer.start()

    def stop(self) -> None:
        """Count no more."""
        self._timer.stop()

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Count one quota and write what is not as noted. Raises ApiError."""
        namespace, name = split_key(key)
        quota = self._quotas.get(name, namespace)
        if quota is None:
            return Result()
        status = wanted_status(quota, self._listers, lambda kind: self._listers[kind].by_index(NAMESPACE, namespace), now)
        if status is not None:
            self._client.update_status(RESOURCEQUOTAS, {**copy_of(quota), "status": status})
        return Result()

    def _monitor(self, lane: Lane, kind: Kind) -> Lister:
        return lane.follow(
            kind,
            self._queue,
            on_add=lambda _: None,
            on_update=lambda old, new: self._on_update(kind, old, new),
            on_delete=lambda obj: self._replenish(kind, obj),
        )

    def _on_quota_update(self, old: Obj, new: Obj) -> None:
        """A changed limit is counted for; a changed status is what this controller or admission wrote."""
        if old["spec"].get("hard") != new["spec"].get("hard"):
            self._queue.add(key_of(new))

    def _on_update(self, kind: Kind, old: Obj, new: Obj) -> None:
        namespace = new["metadata"].get("namespace", "")
        if self._quotas.by_index(NAMESPACE, namespace) and self._is_less(kind, old, new):
            self._replenish(kind, new)

    def _replenish(self, kind: Kind, obj: Obj) -> None:
        """Count the quotas anew that an object of this kind counts for."""
        evaluator = evaluator_of(kind)
        for quota in self._quotas.by_index(NAMESPACE, obj["metadata"].get("namespace", "")):
            if evaluator is not None and evaluator.matching(quota.get("status", {}).get("hard") or ()):
                self._queue.add(key_of(quota))

    def _is_less(self, kind: Kind, old: Obj, new: Obj) -> bool:
        """Whether a change may free something that admission does not see go: a pod has ended, a service or a claim counts for less."""
        evaluator = evaluator_of(kind)
        if evaluator is None or kind not in (PODS, SERVICES, PERSISTENTVOLUMECLAIMS):
            return False
        now = self._clock.now
        return not is_equal(evaluator.usage(old, now), evaluator.usage(new, now))

    def _enqueue_all(self) -> None:
        for quota in self._quotas.list():
            self._queue.add(key_of(quota))
