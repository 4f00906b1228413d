"""Binds claims to volumes that fit, and decides what becomes of a volume whose claim is gone.

Static binding and reclaim policies. For a claim that waits for its first pod the scheduler reserves a volume. Who provisions a
volume, or deletes what lies behind one, is a driver outside.

Upstream: ``pkg/controller/volume/persistentvolume/pv_controller{,_base}.go``.
"""

from __future__ import annotations

from cluster.client.events import WARNING
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import CLAIM, Lane, by_claim
from cluster.controller_manager.periodic import Periodic
from cluster.controller_manager.persistentvolume.binding import Binder
from cluster.controller_manager.persistentvolume.claims import ClaimSync
from cluster.controller_manager.persistentvolume.reclaim import reclaim
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES, PODS
from cluster.machinery.kinds.storage import STORAGECLASSES
from cluster.machinery.meta import Key, Obj, SimTime, key_of, split_key
from cluster.machinery.volumes import is_reserved_for

RESYNC_PERIOD = 15
"""Seconds after which a claim that waits is looked at again."""


class PersistentVolumeController:
    """The lane ``kube-controller-manager/persistentvolume``. It has a queue of claims and one of volumes."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._recorder = lane.client, lane.recorder
        self._claim_queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._volume_queue = WorkQueue(lane.name, lane.engine, self.reconcile_volume)
        self._claims = lane.follow(
            PERSISTENTVOLUMECLAIMS,
            self,
            on_add=lambda claim: self._claim_queue.add(key_of(claim)),
            on_update=lambda _, new: self._claim_queue.add(key_of(new)),
            on_delete=self._on_claim_delete,
        )
        self._volumes = lane.follow(
            PERSISTENTVOLUMES,
            self,
            on_add=lambda volume: self._volume_queue.add(key_of(volume)),
            on_update=lambda _, new: self._volume_queue.add(key_of(new)),
            on_delete=self._on_volume_delete,
        )
        self._binder = Binder(lane.client)
        pods = lane.lister(PODS)
        pods.add_index(CLAIM, by_claim)
        self._sync = ClaimSync(
            self._volumes,
            lane.lister(STORAGECLASSES),
            pods,
            self._binder,
            lane.recorder,
            lambda claim: self._client.update(PERSISTENTVOLUMECLAIMS, claim),
        )
        self._timer = Periodic(lane.engine, lane.name, RESYNC_PERIOD, self._resync)

    @property
    def adds(self) -> int:
        """How often something was put into one of its two queues."""
        return self._claim_queue.adds + self._volume_queue.adds

    def start(self) -> None:
        """Begin to look again at what waits."""
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Bring one claim a step nearer to its volume. Raises ApiError."""
        namespace, name = split_key(key)
        claim = self._claims.get(name, namespace)
        if claim is not None:
            self._sync.sync(claim)
        return Result()

    def reconcile_volume(self, key: Key, now: SimTime) -> Result:
        """Note how far along one volume is. Raises ApiError."""
        volume = self._volumes.get(key)
        if volume is None:
            return Result()
        reference = volume["spec"].get("claimRef")
        if not reference or not reference.get("uid"):
            self._binder.set_volume_phase(volume, "Available")
            return Result()
        claim = self._claims.get(reference["name"], reference["namespace"])
        if claim is None or claim["metadata"]["uid"] != reference["uid"]:
            self._release(volume)
        elif claim["spec"].get("volumeName") == volume["metadata"]["name"]:
            self._binder.set_volume_phase(volume, "Bound")
        elif claim["spec"].get("volumeName"):
            self._binder.release(volume)
        else:
            self._claim_queue.add(key_of(claim))
        return Result()

    def _release(self, volume: Obj) -> None:
        if volume.get("status", {}).get("phase") in ("Released", "Failed"):
            return
        released, outcome = self._binder.set_volume_phase(volume, "Released"), reclaim(volume)
        if outcome.is_deleted:
            self._client.delete(PERSISTENTVOLUMES, volume["metadata"]["name"])
        elif outcome.reason:
            self._recorder.event(volume, WARNING, outcome.reason, outcome.message)
            self._binder.set_volume_phase(released, "Failed", outcome.message)

    def _on_claim_delete(self, claim: Obj) -> None:
        name = claim["spec"].get("volumeName")
        if name:
            self._volume_queue.add(Key(name))

    def _on_volume_delete(self, volume: Obj) -> None:
        reference = volume["spec"].get("claimRef") or {}
        claim = self._claims.get(reference.get("name", ""), reference.get("namespace", ""))
        if claim is not None and is_reserved_for(volume, claim):
            self._claim_queue.add(key_of(claim))

    def _resync(self) -> None:
        for claim in self._claims.list():
            if claim.get("status", {}).get("phase") != "Bound":
                self._claim_queue.add(key_of(claim))
