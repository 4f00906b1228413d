"""Attaches volumes to the nodes of the pods that need them, and detaches them when no pod does.

A VolumeAttachment is the wish; the driver's attacher says in its status how that went. What a node has is written into its status,
and taken out again before a volume is detached. A volume that a kubelet still reports in use stays, until the node has not been
well for six minutes or is marked out of service; an exclusive one is attached nowhere else meanwhile, and the pods there are told.

Differs from upstream in that each volume is looked at when something about it changes instead of all of them ten times a second,
in that a driver that does not answer is asked of every two minutes without a back-off, and in that only volumes of CSI drivers are
attached. Upstream: ``pkg/controller/volume/attachdetach/{attach_detach_controller,reconciler/reconciler}.go``,
``pkg/volume/csi/csi_attacher.go``.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.client.events import NORMAL, WARNING
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.attachdetach.plan import (
    MAX_WAIT_FOR_UNMOUNT,
    PodsByNode,
    attachment_for,
    is_over,
    may_detach,
    multi_attach_message,
    plan,
    timed_out_message,
)
from cluster.controller_manager.base import CLAIM, NODE, Lane, by_claim, by_node, is_deleting
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import NODES, PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES, PODS
from cluster.machinery.kinds.storage import CSIDRIVERS, VOLUMEATTACHMENTS
from cluster.machinery.meta import SECOND, Key, Obj, SimTime, key_of, parse_timestamp, split_key
from cluster.machinery.volume_attachments import driver_of, is_attached, is_from_controller, needs_attaching, unique_name
from cluster.machinery.volumes import claim_names

ATTACH_TIMEOUT = 120.0
"""Seconds after which pods are told that the driver does not answer, again and again."""
_VOLUME, _ATTACHED_TO, _DRIVER = "volume", "attached-to", "driver"
"""Indexes: the volume and the node of an attachment; the driver of a volume."""

Place = tuple[str, str]
"""A volume and a node."""


class AttachDetachController:
    """The lane ``kube-controller-manager/attachdetach``. Its keys are volumes."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._recorder = lane.client, lane.recorder
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._unneeded_since: dict[Place, SimTime] = {}
        self._told: dict[Place, set[tuple[Key, str]]] = {}
        self._follow(lane)

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Attach and detach one volume. Raises ApiError."""
        volume = self._volumes.get(key)
        attachments = {each["spec"]["nodeName"]: each for each in self._attachments.by_index(_VOLUME, key) if is_from_controller(each)}
        wanted = self._pods_by_node(volume) if volume is not None else {}
        waits = [self._detach(key, volume, attachments[node], now) for node in sorted(attachments.keys() - wanted.keys())]
        if volume is not None:
            for node in sorted(attachments.keys() & wanted.keys()):
                waits.append(self._look_after(volume, attachments[node], wanted[node], now))
            self._attach(volume, wanted, tuple(attachments))
        return Result(requeue_after=min((wait for wait in waits if wait is not None), default=None))

    def _attach(self, volume: Obj, wanted: PodsByNode, attached: tuple[str, ...]) -> None:
        name = volume["metadata"]["name"]
        decided = plan(volume, wanted, attached)
        for node in decided.attach:
            self._forget(name, node)
            self._client.create(VOLUMEATTACHMENTS, attachment_for(volume, node))
        for node in decided.refused:
            others = [pod for other, pods in sorted(wanted.items()) if other != node for pod in pods]
            for pod in wanted[node]:
                self._tell((name, node), [pod], "multi-attach", multi_attach_message(volume, pod["metadata"]["namespace"], others))

    def _look_after(self, volume: Obj, attachment: Obj, pods: Iterable[Obj], now: SimTime) -> float | None:
        """Tell the pods of a node how it goes with their volume; return the seconds after which to look again."""
        name, node = volume["metadata"]["name"], attachment["spec"]["nodeName"]
        self._unneeded_since.pop((name, node), None)
        if is_attached(attachment):
            if self._report(node, volume, is_there=True):
                for pod in pods:
                    self._recorder.event(pod, NORMAL, "SuccessfulAttachVolume", f'AttachVolume.Attach succeeded for volume "{name}" ')
            self._told.pop((name, node), None)
            return None
        if is_deleting(attachment):
            return None
        error = ((attachment.get("status") or {}).get("attachError") or {}).get("message", "")
        waited = (now - parse_timestamp(attachment["metadata"]["creationTimestamp"])) / SECOND
        times = int(waited // ATTACH_TIMEOUT)
        if error or times:
            reason = error or timed_out_message(volume)
            self._tell((name, node), pods, f"{times} {error}", f'AttachVolume.Attach failed for volume "{name}" : {reason}')
        return ATTACH_TIMEOUT * (times + 1) - waited

    def _detach(self, name: Key, volume: Obj | None, attachment: Obj, now: SimTime) -> float | None:
        """Take a volume from a node, as soon as that may be; return the seconds after which to look again."""
        node = attachment["spec"]["nodeName"]
        if is_deleting(attachment):
            return None
        waited = (now - self._unneeded_since.setdefault((name, node), now)) / SECOND
        if volume is not None and not may_detach(self._nodes.get(node), unique_name(volume), waited):
            return MAX_WAIT_FOR_UNMOUNT - waited if waited < MAX_WAIT_FOR_UNMOUNT else None
        self._forget(name, node)
        self._report(node, volume, is_there=False)
        try:
            self._client.delete(VOLUMEATTACHMENTS, attachment["metadata"]["name"])
        except ApiError as refusal:
            if refusal.code != 404:
                raise
        return None

    def _report(self, name: str, volume: Obj | None, *, is_there: bool) -> bool:
        """Write into a node's status that it has a volume, or not; whether that was news. ``volume``: None for one that is gone."""
        node = self._nodes.get(name)
        if node is None:
            return False
        before = {each["name"] for each in (node.get("status") or {}).get("volumesAttached") or ()}
        if volume is None:
            attachments = self._attachments.by_index(_ATTACHED_TO, name)
            volumes = [self._volumes.get(_volume_of(each)) for each in attachments if is_from_controller(each)]
            names = before & {unique_name(each) for each in volumes if each is not None and driver_of(each)}
        else:
            names = before | {unique_name(volume)} if is_there else before - {unique_name(volume)}
        if names == before:
            return False
        attached = [{"name": each, "devicePath": ""} for each in sorted(names)]
        self._client.patch(NODES, name, "", {"status": {"volumesAttached": attached or None}}, subresource="status")
        return True

    def _tell(self, place: Place, pods: Iterable[Obj], about: str, message: str) -> None:
        """Tell pods why they wait, once ``about`` each thing."""
        told = self._told.setdefault(place, set())
        for pod in pods:
            if (key_of(pod), about) not in told:
                told.add((key_of(pod), about))
                self._recorder.event(pod, WARNING, "FailedAttachVolume", message)

    def _forget(self, volume: str, node: str) -> None:
        self._unneeded_since.pop((volume, node), None)
        self._told.pop((volume, node), None)

    def _pods_by_node(self, volume: Obj) -> dict[str, list[Obj]]:
        """Return the pods that need a volume attached, by node."""
        reference = volume["spec"].get("claimRef") or {}
        claim = self._claims.get(reference.get("name", ""), reference.get("namespace", ""))
        if claim is None or claim["spec"].get("volumeName") != volume["metadata"]["name"]:
            return {}
        if not needs_attaching(volume, self._drivers.get(driver_of(volume))):
            return {}
        found: dict[str, list[Obj]] = {}
        for pod in self._pods.by_index(CLAIM, key_of(claim)):
            node = pod["spec"].get("nodeName", "")
            if node and not is_over(pod) and self._nodes.get(node) is not None:
                found.setdefault(node, []).append(pod)
        return found

    def _follow(self, lane: Lane) -> None:
        queue = self._queue
        self._pods = lane.follow(PODS, queue, on_add=self._on_pod, on_update=self._on_pod_updated, on_delete=self._on_pod)
        self._pods.add_index(CLAIM, by_claim)
        self._pods.add_index(NODE, by_node)
        self._claims = lane.follow(
            PERSISTENTVOLUMECLAIMS, queue, on_add=self._on_claim, on_update=lambda _, new: self._on_claim(new), on_delete=self._on_claim
        )
        self._volumes = lane.follow(
            PERSISTENTVOLUMES, queue, on_add=self._on_volume, on_update=lambda _, new: self._on_volume(new), on_delete=self._on_volume
        )
        self._volumes.add_index(_DRIVER, lambda volume: (driver_of(volume),) if driver_of(volume) else ())
        self._drivers = lane.follow(
            CSIDRIVERS, queue, on_add=self._on_driver, on_update=lambda _, new: self._on_driver(new), on_delete=self._on_driver
        )
        self._nodes = lane.follow(NODES, queue, on_add=self._on_node, on_update=self._on_node_updated, on_delete=self._on_node)
        self._attachments = lane.follow(
            VOLUMEATTACHMENTS,
            queue,
            on_add=self._on_attachment,
            on_update=lambda _, new: self._on_attachment(new),
            on_delete=self._on_attachment,
        )
        self._attachments.add_index(_VOLUME, lambda attachment: (_volume_of(attachment),))
        self._attachments.add_index(_ATTACHED_TO, lambda attachment: (attachment["spec"]["nodeName"],))

    def _on_pod_updated(self, old: Obj, new: Obj) -> None:
        if claim_names(new) and (old["spec"].get("nodeName") != new["spec"].get("nodeName") or is_over(old) != is_over(new)):
            self._on_pod(new)

    def _on_pod(self, pod: Obj) -> None:
        if pod["spec"].get("nodeName"):
            for key in by_claim(pod):
                namespace, name = split_key(Key(key))
                self._on_claim(self._claims.get(name, namespace))

    def _on_claim(self, claim: Obj | None) -> None:
        if claim is not None and claim["spec"].get("volumeName"):
            volume = self._volumes.get(claim["spec"]["volumeName"])
            if volume is not None:
                self._on_volume(volume)

    def _on_volume(self, volume: Obj) -> None:
        if needs_attaching(volume, self._drivers.get(driver_of(volume))):
            self._queue.add(key_of(volume))

    def _on_driver(self, driver: Obj) -> None:
        for volume in self._volumes.by_index(_DRIVER, driver["metadata"]["name"]):
            self._queue.add(key_of(volume))

    def _on_attachment(self, attachment: Obj) -> None:
        if is_from_controller(attachment) and _volume_of(attachment):
            self._queue.add(Key(_volume_of(attachment)))

    def _on_node_updated(self, old: Obj, new: Obj) -> None:
        if _seen_of_node(old) != _seen_of_node(new):
            self._on_node(new)

    def _on_node(self, node: Obj) -> None:
        name = node["metadata"]["name"]
        for attachment in self._attachments.by_index(_ATTACHED_TO, name):
            self._on_attachment(attachment)
        for pod in self._pods.by_index(NODE, name):
            self._on_pod(pod)


def _volume_of(attachment: Obj) -> str:
    name: str = attachment["spec"]["source"].get("persistentVolumeName", "")
    return name


def _seen_of_node(node: Obj) -> tuple[object, ...]:
    """What decides whether a volume may be taken from a node, and what is said of those that it has."""
    status = node.get("status") or {}
    ready = [condition["status"] for condition in status.get("conditions") or () if condition["type"] == "Ready"]
    return ready, node["spec"].get("taints"), status.get("volumesInUse"), status.get("volumesAttached")
