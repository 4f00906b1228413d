"""Lets a volume that is being deleted go when it is not bound any more.

Admission puts the finalizer on new volumes; one that lacks it gets it here.

Upstream: ``pkg/controller/volume/pvprotection/pv_protection_controller.go``.
"""

from __future__ import annotations

from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, is_deleting
from cluster.controller_manager.finalizers import has_finalizer, with_finalizer, without_finalizer
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PERSISTENTVOLUMES
from cluster.machinery.meta import Key, Obj, SimTime, key_of

FINALIZER = "kubernetes.io/pv-protection"


class PvProtectionController:
    """The lane ``kube-controller-manager/pvprotection``. Its keys are volumes."""

    def __init__(self, lane: Lane) -> None:
        self._client = lane.client
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._volumes = lane.follow(
            PERSISTENTVOLUMES, self._queue, on_add=self._on_volume, on_update=lambda _, new: self._on_volume(new), on_delete=lambda _: None
        )

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Put the finalizer on one volume, or take it off. Raises ApiError."""
        volume = self._volumes.get(key)
        if volume is None:
            return Result()
        if not is_deleting(volume):
            if not has_finalizer(volume, FINALIZER):
                self._client.update(PERSISTENTVOLUMES, with_finalizer(volume, FINALIZER))
        elif has_finalizer(volume, FINALIZER) and volume.get("status", {}).get("phase") != "Bound":
            try:
                self._client.update(PERSISTENTVOLUMES, without_finalizer(volume, FINALIZER))
            except ApiError as refusal:
                if refusal.code != 404:
                    raise
        return Result()

    def _on_volume(self, volume: Obj) -> None:
        if is_deleting(volume) == has_finalizer(volume, FINALIZER):
            self._queue.add(key_of(volume))
