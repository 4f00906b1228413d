"""Counts what is used of each ResourceQuota: when it is new or changed, when something that it counts goes, and every five minutes.

What is created is counted by admission at once; this one lets go of what is no longer there, and so finds the truth again
whatever happened. It differs in that a new quota is counted in the order of its arrival, not before the others.

Upstream: ``pkg/controller/resourcequota/resource_quota_controller.go``.
"""

from __future__ import annotations

from cluster.client.informer import NAMESPACE
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, copy_of
from cluster.controller_manager.periodic import Periodic
from cluster.controller_manager.resourcequota.monitor import QuotaMonitor
from cluster.controller_manager.resourcequota.usage import wanted_status
from cluster.machinery.kinds.core import RESOURCEQUOTAS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Key, Obj, SimTime, key_of, split_key
from cluster.machinery.quota.evaluators import evaluator_of

RESYNC_PERIOD = 300
"""Seconds."""


class ResourceQuotaController:
    """The lane ``kube-controller-manager/resourcequota``. Its keys are quotas."""

    def __init__(self, lane: Lane) -> None:
        self._client = lane.client
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._quotas = lane.follow(
            RESOURCEQUOTAS,
            self._queue,
            on_add=lambda quota: self._queue.add(key_of(quota)),
            on_update=self._on_quota_update,
            on_delete=lambda _: None,
        )
        self._monitor = QuotaMonitor(lane, self._queue, self._quotas, self._replenish)
        self._timer = Periodic(lane.engine, lane.name, RESYNC_PERIOD, self._enqueue_all)

    def start(self) -> None:
        """Begin to count everything from time to time."""
        self._monitor.start()
        self._timer.start()

    def stop(self) -> None:
        """Count no more."""
        self._monitor.stop()
        self._timer.stop()

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Count one quota and write what is not as noted. Raises ApiError."""
        namespace, name = split_key(key)
        quota = self._quotas.get(name, namespace)
        if quota is None:
            return Result()
        status = wanted_status(quota, self._monitor.kinds, lambda kind: self._monitor.objects(kind, namespace), now)
        if status is not None:
            self._client.update_status(RESOURCEQUOTAS, {**copy_of(quota), "status": status})
        return Result()

    def _on_quota_update(self, old: Obj, new: Obj) -> None:
        """A changed limit is counted for; a changed status is what this controller or admission wrote."""
        if old["spec"].get("hard") != new["spec"].get("hard"):
            self._queue.add(key_of(new))

    def _replenish(self, kind: Kind, namespace: str) -> None:
        """Count the quotas of a namespace anew that count a kind."""
        evaluator = evaluator_of(kind)
        for quota in self._quotas.by_index(NAMESPACE, namespace):
            if evaluator is not None and evaluator.matching(quota.get("status", {}).get("hard") or ()):
                self._queue.add(key_of(quota))

    def _enqueue_all(self) -> None:
        for quota in self._quotas.list():
            self._queue.add(key_of(quota))
