"""The driver's controller: answers claims of its StorageClasses with volumes, and deletes released ones.

In a real cluster each driver brings such a program along (external-provisioner), which asks the driver over gRPC. Here a volume
is ready two simulated seconds after it was asked for. No class of this driver exists until somebody makes one.

Upstream: ``sigs.k8s.io/sig-storage-lib-external-provisioner/controller/controller.go``.
"""

from __future__ import annotations

from cluster.apiserver.request import User
from cluster.client.client import Client
from cluster.client.events import NORMAL, EventRecorder
from cluster.client.informer import Informers
from cluster.client.workqueue import Result, WorkQueue
from cluster.csi.volume import DRIVER, FINALIZER, is_asked, is_to_be_deleted, is_wanted, volume_for, volume_name
from cluster.engine.engine import Engine
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES
from cluster.machinery.kinds.storage import STORAGECLASSES, VOLUMEATTACHMENTS
from cluster.machinery.meta import SECOND, Key, Obj, SimTime, key_of, split_key
from cluster.machinery.volumes import class_of, is_bound

LANE = "csi-provisioner"
USER = User("system:serviceaccount:kube-system:csi-provisioner", ("system:masters", "system:authenticated"))
"""A driver's installation gives its account a role; this one comes without installation and may everything."""
PROVISIONING_TIME = 2.0
"""Seconds from the claim to its volume."""

DETACHING_WAIT = 1.0
"""Seconds until a volume that is to be deleted is looked at again while it is still attached to a node."""


class Provisioner:
    """``client`` speaks as ``csi-provisioner``, ``USER``."""

    def __init__(self, client: Client, informers: Informers, engine: Engine) -> None:
        self._client, self._engine, self._informers = client, engine, informers
        self._recorder = EventRecorder(client, DRIVER, engine)
        self._queue = WorkQueue(LANE, engine, self.reconcile)
        self._volume_queue = WorkQueue(LANE, engine, self.reconcile_volume)
        self._begun: dict[Key, tuple[str, SimTime]] = {}
        claims, volumes = informers.informer(PERSISTENTVOLUMECLAIMS), informers.informer(PERSISTENTVOLUMES)
        self._claims, self._volumes = claims.lister, volumes.lister
        self._attachments = informers.informer(VOLUMEATTACHMENTS).lister
        self._classes = informers.informer(STORAGECLASSES).lister
        claims.subscribe(LANE, self._queue, on_add=self._on_claim, on_update=lambda _, new: self._on_claim(new), on_delete=lambda _: None)
        volumes.subscribe(
            LANE, self._volume_queue, on_add=self._on_volume, on_update=lambda _, new: self._on_volume(new), on_delete=lambda _: None
        )

    def start(self) -> None:
        """List and watch. Raises ApiError."""
        self._informers.start()

    def stop(self) -> None:
        """Hear of nothing more."""
        self._informers.stop()

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Make the volume of one claim. Raises ApiError."""
        namespace, name = split_key(key)
        claim = self._claims.get(name, namespace)
        storage_class = None if claim is None else self._classes.get(class_of(claim))
        if claim is None or storage_class is None or not is_wanted(claim, storage_class):
            self._begun.pop(key, None)
            return Result()
        uid, since = self._begun.get(key, ("", now))
        if uid != claim["metadata"]["uid"]:
            self._begun[key] = (claim["metadata"]["uid"], now)
            message = f'External provisioner is provisioning volume for claim "{key}"'
            self._recorder.event(claim, NORMAL, "Provisioning", message)
            return Result(requeue_after=PROVISIONING_TIME)
        left = PROVISIONING_TIME - (now - since) / SECOND
        if left > 0:
            return Result(requeue_after=left)
        self._make(claim, storage_class)
        del self._begun[key]
        return Result()

    def reconcile_volume(self, key: Key, now: SimTime) -> Result:
        """Delete one volume that nobody claims any more. Raises ApiError."""
        volume = self._volumes.get(key)
        if volume is None:
            return Result()
        if volume["metadata"].get("deletionTimestamp"):
            kept = [each for each in volume["metadata"].get("finalizers") or () if each != FINALIZER]
            self._client.update(PERSISTENTVOLUMES, {**volume, "metadata": {**volume["metadata"], "finalizers": kept}})
        elif is_to_be_deleted(volume):
            if any(each["spec"]["source"].get("persistentVolumeName") == key for each in self._attachments.list()):
                return Result(requeue_after=DETACHING_WAIT)
            self._client.delete(PERSISTENTVOLUMES, key)
        return Result()

    def _make(self, claim: Obj, storage_class: Obj) -> None:
        if self._volumes.get(volume_name(claim)) is None:
            try:
                self._client.create(PERSISTENTVOLUMES, volume_for(claim, storage_class))
            except ApiError as refusal:
                if refusal.code != 409:
                    raise
        self._recorder.event(claim, NORMAL, "ProvisioningSucceeded", f"Successfully provisioned volume {volume_name(claim)}")

    def _on_claim(self, claim: Obj) -> None:
        # Whether its class lets it wait is judged later: claims may be heard of before classes when the process starts.
        if is_asked(claim) and not is_bound(claim):
            self._queue.add(key_of(claim))

    def _on_volume(self, volume: Obj) -> None:
        is_leaving = FINALIZER in (volume["metadata"].get("finalizers") or ()) and volume["metadata"].get("deletionTimestamp")
        if is_leaving or is_to_be_deleted(volume):
            self._volume_queue.add(key_of(volume))
