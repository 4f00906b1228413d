"""Lets a claim that is being deleted go when no pod uses it any more.

A pod uses a claim from when it is on a node until it is gone. Admission puts the finalizer on new claims; one that lacks it
gets it here.

Upstream: ``pkg/controller/volume/pvcprotection/pvc_protection_controller.go``.
"""

from __future__ import annotations

from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import CLAIM, Lane, by_claim, is_deleting
from cluster.controller_manager.finalizers import has_finalizer, with_finalizer, without_finalizer
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PODS
from cluster.machinery.meta import Key, Obj, SimTime, key_of, split_key

FINALIZER = "kubernetes.io/pvc-protection"


class PvcProtectionController:
    """The lane ``kube-controller-manager/pvcprotection``. Its keys are claims."""

    def __init__(self, lane: Lane) -> None:
        self._client = lane.client
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._claims = lane.follow(
            PERSISTENTVOLUMECLAIMS,
            self._queue,
            on_add=self._on_claim,
            on_update=lambda _, new: self._on_claim(new),
            on_delete=lambda _: None,
        )
        self._pods = lane.follow(
            PODS, self._queue, on_add=lambda _: None, on_update=lambda _, new: self._on_pod(new), on_delete=self._on_pod_gone
        )
        self._pods.add_index(CLAIM, by_claim)

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Put the finalizer on one claim, or take it off. Raises ApiError."""
        namespace, name = split_key(key)
        claim = self._claims.get(name, namespace)
        if claim is None:
            return Result()
        if not is_deleting(claim):
            if not has_finalizer(claim, FINALIZER):
                self._client.update(PERSISTENTVOLUMECLAIMS, with_finalizer(claim, FINALIZER))
        elif has_finalizer(claim, FINALIZER) and not any(pod["spec"].get("nodeName") for pod in self._pods.by_index(CLAIM, key)):
            try:
                self._client.update(PERSISTENTVOLUMECLAIMS, without_finalizer(claim, FINALIZER))
            except ApiError as refusal:
                if refusal.code != 404:
                    raise
        return Result()

    def _on_claim(self, claim: Obj) -> None:
        if is_deleting(claim) == has_finalizer(claim, FINALIZER):
            self._queue.add(key_of(claim))

    def _on_pod(self, pod: Obj) -> None:
        if not pod["spec"].get("nodeName"):
            self._on_pod_gone(pod)

    def _on_pod_gone(self, pod: Obj) -> None:
        for key in by_claim(pod):
            claim = self._claims.get(split_key(Key(key))[1], pod["metadata"]["namespace"])
            if claim is not None:
                self._on_claim(claim)
