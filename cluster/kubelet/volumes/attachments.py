"""Volumes that have to be attached to the node before they can be mounted there.

A kubelet attaches nothing itself: it says in its Node's status which of these volumes it uses, so that nobody takes them away, and
waits until the status names them as attached and the VolumeAttachment says so, too. What it uses is known again after a restart as
soon as its pods are set up again.

Upstream: ``pkg/kubelet/volumemanager/reconciler``, ``pkg/volume/util/operationexecutor`` (``VerifyControllerAttachedVolume``),
``pkg/volume/csi/csi_attacher.go`` (``WaitForAttach``).
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.client.client import Client
from cluster.kubelet.volumes.content import VolumeError
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.storage import CSIDRIVERS, VOLUMEATTACHMENTS
from cluster.machinery.meta import Obj
from cluster.machinery.volume_attachments import attachment_name, driver_of, is_attached, needs_attaching, unique_name


class NotAttachedError(VolumeError):
    """A volume is not attached yet: nothing is wrong, but the pod has to wait."""


class Attachments:
    """Of one node. ``node`` gives its Node as it is now; ``on_change`` is called when it begins or ends to use a volume."""

    def __init__(self, client: Client, node: Callable[[], Obj], on_change: Callable[[], None]) -> None:
        self._client, self._node, self._on_change = client, node, on_change
        self._users: dict[str, set[str]] = {}

    @property
    def in_use(self) -> tuple[str, ...]:
        """The volumes that pods of the node use or are about to use, as its status names them."""
        return tuple(sorted(self._users))

    def use(self, pod_uid: str, volume: Obj) -> None:
        """Use a PersistentVolume for a pod. Raises NotAttachedError while it has to be attached first, ApiError."""
        if not driver_of(volume) or not needs_attaching(volume, self._find(CSIDRIVERS, driver_of(volume))):
            return
        name = unique_name(volume)
        is_new = name not in self._users
        self._users.setdefault(name, set()).add(pod_uid)
        if is_new:
            self._on_change()
        if not self._is_attached(name, volume):
            raise NotAttachedError(f'volume "{name}" is not attached to the node')

    def release(self, pod_uid: str) -> None:
        """Use nothing for a pod any more."""
        unused = [name for name, users in self._users.items() if users == {pod_uid}]
        for users in self._users.values():
            users.discard(pod_uid)
        for name in unused:
            del self._users[name]
        if unused:
            self._on_change()

    def _is_attached(self, name: str, volume: Obj) -> bool:
        node = self._node()
        if all(each["name"] != name for each in (node.get("status") or {}).get("volumesAttached") or ()):
            return False
        attachment = self._find(VOLUMEATTACHMENTS, attachment_name(volume, node["metadata"]["name"]))
        return attachment is not None and is_attached(attachment)

    def _find(self, kind: Kind, name: str) -> Obj | None:
        try:
            return self._client.get(kind, name)
        except ApiError as refusal:
            if refusal.code not in (403, 404):
                raise
            return None
