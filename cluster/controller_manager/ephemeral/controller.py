"""Makes a claim for each generic ephemeral volume of a pod, owned by the pod.

The scheduler holds the pod back until its claims are there; the garbage collector deletes them with it. A claim of that name that
somebody else has made is never taken: the pod waits, and an Event says why. A claim that is deleted while its pod lives is made
anew.

Upstream: ``pkg/controller/volume/ephemeral/controller.go``.
"""

from __future__ import annotations

from cluster.client.events import WARNING
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, is_deleting
from cluster.controller_manager.ephemeral.claim import claim_for, claim_name, ephemeral_volumes, why_foreign
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PODS
from cluster.machinery.meta import Key, Obj, SimTime, controller_of, key_of, split_key


class EphemeralVolumeController:
    """The lane ``kube-controller-manager/ephemeral``. Its keys are pods."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._recorder = lane.client, lane.recorder
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._pods = lane.follow(
            PODS, self._queue, on_add=self._on_pod, on_update=lambda _, new: self._on_pod(new), on_delete=lambda _: None
        )
        self._claims = lane.follow(
            PERSISTENTVOLUMECLAIMS, self._queue, on_add=lambda _: None, on_update=lambda _, __: None, on_delete=self._on_claim_gone
        )

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Make the claims that one pod lacks. Raises ApiError: also where a claim is another's, to look again later."""
        namespace, name = split_key(key)
        pod = self._pods.get(name, namespace)
        if pod is None or is_deleting(pod):
            return Result()
        for volume in ephemeral_volumes(pod):
            try:
                self._provide(pod, volume)
            except ApiError as refusal:
                self._recorder.event(pod, WARNING, "FailedBinding", f"ephemeral volume {volume['name']}: {refusal.message}")
                raise
        return Result()

    def _provide(self, pod: Obj, volume: Obj) -> None:
        name, namespace = claim_name(pod, volume), pod["metadata"]["namespace"]
        claim = self._claims.get(name, namespace)
        if claim is None:
            try:
                self._client.create(PERSISTENTVOLUMECLAIMS, claim_for(pod, volume))
            except ApiError as refusal:
                raise ApiError(refusal.code, refusal.reason, f"create PVC {name}: {refusal.message}") from refusal
        elif fault := why_foreign(claim, pod):
            raise ApiError(409, "Conflict", fault)

    def _on_pod(self, pod: Obj) -> None:
        if not is_deleting(pod) and ephemeral_volumes(pod):
            self._queue.add(key_of(pod))

    def _on_claim_gone(self, claim: Obj) -> None:
        owner = controller_of(claim)
        if owner is not None and owner["kind"] == PODS.kind:
            self._queue.add(Key(f"{claim['metadata']['namespace']}/{owner['name']}"))
