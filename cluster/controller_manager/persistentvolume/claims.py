"""The claims' side of binding: find a volume, or say why there is none.

Nothing is provisioned here: a class's provisioner is a driver of its own, and this one only asks it in an annotation.

Upstream: ``pkg/controller/volume/persistentvolume/pv_controller.go`` (``syncClaim``, ``syncUnboundClaim``,
``syncBoundClaim``, ``provisionClaim``).
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.client.events import NORMAL, WARNING, EventRecorder
from cluster.client.informer import Lister
from cluster.controller_manager.base import CLAIM, copy_of
from cluster.controller_manager.persistentvolume.binding import Binder
from cluster.controller_manager.pods import is_terminal
from cluster.machinery.default_classes import STORAGE_CLASS, default_class
from cluster.machinery.meta import Obj, key_of
from cluster.machinery.volumes import (
    BIND_COMPLETED,
    CLASS_ANNOTATION,
    SELECTED_NODE,
    annotation,
    best_match,
    class_of,
    is_reserved_for,
    why_unfit,
)

PROVISIONERS = ("volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/storage-provisioner")
_WAITING = (
    "Waiting for a volume to be created either by the external provisioner '{}' or manually by the system administrator. If volume "
    "creation is delayed, please verify that the provisioner is running and correctly registered."
)


class ClaimSync:
    """Brings one claim a step nearer to its volume. ``write``: updates a claim."""

    def __init__(
        self,
        volumes: Lister,
        classes: Lister,
        pods: Lister,
        binder: Binder,
        recorder: EventRecorder,
        write: Callable[[Obj], object],
    ) -> None:
        self._volumes, self._classes, self._pods = volumes, classes, pods
        self._binder, self._recorder, self._write = binder, recorder, write

    def sync(self, claim: Obj) -> None:
        """Bind a claim, or note what became of its volume. Raises ApiError."""
        if annotation(claim, BIND_COMPLETED) is not None:
            self._sync_bound(claim)
        elif claim["spec"].get("volumeName"):
            self._sync_named(claim)
        else:
            self._sync_unbound(claim)

    def _sync_unbound(self, claim: Obj) -> None:
        is_delayed = self._waits_for_pod(claim)
        volume = best_match(self._volumes.list(), claim, is_delayed=is_delayed)
        if volume is not None:
            self._binder.bind(volume, claim)
            return
        if self._gives_default_class(claim):
            return
        if is_delayed:
            self._recorder.event(claim, NORMAL, *self._whom_it_waits_for(claim))
        elif class_of(claim):
            self._ask_provisioner(claim)
        else:
            message = "no persistent volumes available for this claim and no storage class is set"
            self._recorder.event(claim, NORMAL, "FailedBinding", message)
        self._binder.set_claim_phase(claim, "Pending")

    def _sync_named(self, claim: Obj) -> None:
        name = claim["spec"]["volumeName"]
        volume = self._volumes.get(name)
        if volume is not None and "claimRef" not in volume["spec"]:
            why = why_unfit(volume, claim)
            if not why:
                self._binder.bind(volume, claim)
                return
            self._recorder.event(claim, WARNING, "VolumeMismatch", f'Cannot bind to requested volume "{name}": {why}')
        elif volume is not None and is_reserved_for(volume, claim):
            self._binder.bind(volume, claim)
            return
        elif volume is not None:
            self._recorder.event(claim, WARNING, "FailedBinding", f'volume "{name}" already bound to a different claim.')
        self._binder.set_claim_phase(claim, "Pending")

    def _sync_bound(self, claim: Obj) -> None:
        """A volume that is lost does not come back: the claim says so for good."""
        name = claim["spec"].get("volumeName", "")
        volume = self._volumes.get(name)
        if volume is not None and ("claimRef" not in volume["spec"] or is_reserved_for(volume, claim)):
            self._binder.bind(volume, claim)
            return
        if claim.get("status", {}).get("phase") != "Lost":
            lost = "its" if name else "reference to"
            reason, message = "ClaimLost", f"Bound claim has lost {lost} PersistentVolume. Data on the volume is lost!"
            if volume is not None:
                reason, message = "ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly"
            self._recorder.event(claim, WARNING, reason, message)
        self._binder.set_claim_phase(claim, "Lost")

    def _waits_for_pod(self, claim: Obj) -> bool:
        storage_class = self._classes.get(class_of(claim)) if class_of(claim) else None
        is_waiting = storage_class is not None and storage_class.get("volumeBindingMode") == "WaitForFirstConsumer"
        return is_waiting and annotation(claim, SELECTED_NODE) is None

    def _gives_default_class(self, claim: Obj) -> bool:
        """Give a claim that names no class the default one, which came after it; return whether there is one. Raises ApiError."""
        if "storageClassName" in claim["spec"] or annotation(claim, CLASS_ANNOTATION) is not None:
            return False
        name = default_class(self._classes.list(), STORAGE_CLASS)
        if name:
            fresh = copy_of(claim)
            fresh["spec"]["storageClassName"] = name
            self._write(fresh)
        return bool(name)

    def _whom_it_waits_for(self, claim: Obj) -> tuple[str, str]:
        """Return reason and message: no pod has come yet, or the pods that have come have no node yet."""
        waiting = [
            pod["metadata"]["name"]
            for pod in self._pods.by_index(CLAIM, key_of(claim))
            if not pod["spec"].get("nodeName") and not is_terminal(pod)
        ]
        if not waiting:
            return "WaitForFirstConsumer", "waiting for first consumer to be created before binding"
        return "WaitForPodScheduled", f"waiting for pod{'s' if len(waiting) > 1 else ''} {','.join(waiting)} to be scheduled"

    def _ask_provisioner(self, claim: Obj) -> None:
        name = class_of(claim)
        storage_class = self._classes.get(name)
        provisioner = storage_class["provisioner"] if storage_class else ""
        if storage_class is None:
            self._recorder.event(claim, WARNING, "ProvisioningFailed", f'storageclass.storage.k8s.io "{name}" not found')
        elif provisioner.startswith("kubernetes.io/"):
            self._recorder.event(claim, WARNING, "ProvisioningFailed", f"no volume plugin matched name: {provisioner}")
        else:
            if any(annotation(claim, key) != provisioner for key in PROVISIONERS):
                asked = copy_of(claim)
                asked["metadata"].setdefault("annotations", {}).update(dict.fromkeys(PROVISIONERS, provisioner))
                self._write(asked)
            self._recorder.event(claim, NORMAL, "ExternalProvisioning", _WAITING.format(provisioner))
