"""The driver's attacher: does what VolumeAttachments of this driver ask for, and says so in their status.

In a real cluster each driver that attaches brings such a program along (external-attacher), which asks the driver over gRPC. Here
attaching and detaching take a simulated second each. Nobody asks for attachments of this driver until somebody makes a CSIDriver
of its name that says ``attachRequired``. Differs from upstream in that the volume itself gets no finalizer.

Upstream: ``kubernetes-csi/external-attacher/pkg/controller/csi_handler.go``.
"""

from __future__ import annotations

from cluster.apiserver.request import User
from cluster.client.client import Client
from cluster.client.informer import Informers
from cluster.client.workqueue import Result, WorkQueue
from cluster.csi.volume import DRIVER
from cluster.engine.engine import Engine
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.storage import VOLUMEATTACHMENTS
from cluster.machinery.meta import SECOND, Key, Obj, SimTime, key_of

LANE = "csi-attacher"
USER = User("system:serviceaccount:kube-system:csi-attacher", ("system:masters", "system:authenticated"))
"""See ``provisioner.USER``."""
ATTACHING_TIME = 1.0
"""Seconds that it takes to attach a volume, or to detach it."""
FINALIZER = "external-attacher/csi-simulation-podium"


class Attacher:
    """``client`` speaks as ``csi-attacher``, ``USER``."""

    def __init__(self, client: Client, informers: Informers, engine: Engine) -> None:
        self._client, self._informers = client, informers
        self._queue = WorkQueue(LANE, engine, self.reconcile)
        self._begun: dict[tuple[Key, bool], SimTime] = {}
        attachments = informers.informer(VOLUMEATTACHMENTS)
        self._attachments = attachments.lister
        attachments.subscribe(
            LANE, self._queue, on_add=self._on_change, on_update=lambda _, new: self._on_change(new), on_delete=self._on_gone
        )

    def start(self) -> None:
        """List and watch. Raises ApiError."""
        self._informers.start()

    def stop(self) -> None:
        """Hear of nothing more."""
        self._informers.stop()

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Attach or detach one volume. Raises ApiError."""
        attachment = self._attachments.get(key)
        if attachment is None or not _is_to_do(attachment):
            return Result()
        meta, is_leaving = attachment["metadata"], "deletionTimestamp" in attachment["metadata"]
        if not is_leaving and FINALIZER not in (meta.get("finalizers") or ()):
            finalizers = [*(meta.get("finalizers") or ()), FINALIZER]
            self._client.update(VOLUMEATTACHMENTS, {**attachment, "metadata": {**meta, "finalizers": finalizers}})
        begun = self._begun.setdefault((key, is_leaving), now)
        left = ATTACHING_TIME - (now - begun) / SECOND
        if left > 0:
            return Result(requeue_after=left)
        if is_leaving:
            self._let_go(attachment)
        else:
            self._client.patch(VOLUMEATTACHMENTS, key, "", {"status": {"attached": True}}, subresource="status")
        return Result()

    def _let_go(self, attachment: Obj) -> None:
        meta = attachment["metadata"]
        kept = [each for each in meta["finalizers"] if each != FINALIZER]
        try:
            self._client.update(VOLUMEATTACHMENTS, {**attachment, "metadata": {**meta, "finalizers": kept}})
        except ApiError as refusal:
            if refusal.code != 404:
                raise

    def _on_change(self, attachment: Obj) -> None:
        if _is_to_do(attachment):
            self._queue.add(key_of(attachment))

    def _on_gone(self, attachment: Obj) -> None:
        for is_leaving in (False, True):
            self._begun.pop((key_of(attachment), is_leaving), None)


def _is_to_do(attachment: Obj) -> bool:
    """Whether the driver has not done yet what is asked for."""
    if attachment["spec"]["attacher"] != DRIVER:
        return False
    if "deletionTimestamp" in attachment["metadata"]:
        return FINALIZER in (attachment["metadata"].get("finalizers") or ())
    return not (attachment.get("status") or {}).get("attached")
