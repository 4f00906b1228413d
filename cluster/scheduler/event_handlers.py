"""What the scheduler hears of: nodes and pods go into its picture of the cluster, and every news that may help a waiting pod to the
queue.

Upstream: ``pkg/scheduler/eventhandlers.go``.
"""

from __future__ import annotations

from cluster.client.informer import Informers
from cluster.machinery.kinds.core import NODES, PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.storage import CSIDRIVERS, CSINODES, STORAGECLASSES
from cluster.machinery.meta import Obj, key_of
from cluster.scheduler.binding import BindingCycles
from cluster.scheduler.cache import Cache
from cluster.scheduler.framework import LANE
from cluster.scheduler.interface import Change, ClusterEvent
from cluster.scheduler.node_info import PodInfo
from cluster.scheduler.nominator import Nominator
from cluster.scheduler.profile import Profiles, scheduler_name
from cluster.scheduler.queue import SchedulingQueue

_FINISHED = ("Succeeded", "Failed")
_STORAGE = {
    PERSISTENTVOLUMECLAIMS: Change.CLAIM_CHANGED,
    PERSISTENTVOLUMES: Change.VOLUME_CHANGED,
    STORAGECLASSES: Change.STORAGE_CLASS_CHANGED,
    CSINODES: Change.CSI_NODE_CHANGED,
    CSIDRIVERS: Change.CSI_DRIVER_CHANGED,
}
"""Kinds whose news may let in a pod that waits for a volume."""


class EventHandlers:
    """Keeps cache, queue and promises current. Pods of profiles that are not here are somebody else's."""

    def __init__(self, cache: Cache, queue: SchedulingQueue, nominator: Nominator, bindings: BindingCycles, profiles: Profiles) -> None:
        self._cache, self._queue, self._nominator, self._bindings, self._profiles = cache, queue, nominator, bindings, profiles

    def subscribe(self, informers: Informers) -> None:
        """Listen; the informers tell of everything that exists when they start."""
        informers.informer(NODES).subscribe(
            LANE, self._queue, on_add=self._on_node_added, on_update=self._on_node_updated, on_delete=self._on_node_deleted
        )
        informers.informer(PODS).subscribe(
            LANE, self._queue, on_add=self._on_pod_added, on_update=self._on_pod_updated, on_delete=self._on_pod_deleted
        )
        for kind, change in _STORAGE.items():
            self._follow(informers, kind, change)

    def _follow(self, informers: Informers, kind: Kind, change: Change) -> None:
        """Let every news of a kind be a reason to look again at the pods that wait for it."""
        informers.informer(kind).subscribe(
            LANE,
            self._queue,
            on_add=lambda new: self._queue.move(ClusterEvent(change, None, new)),
            on_update=lambda old, new: self._queue.move(ClusterEvent(change, old, new)),
            on_delete=lambda _: None,
        )

    def _on_node_added(self, node: Obj) -> None:
        self._cache.set_node(node)
        self._queue.move(ClusterEvent(Change.NODE_ADDED, None, node))

    def _on_node_updated(self, old: Obj, new: Obj) -> None:
        if _seen_of_node(old) != _seen_of_node(new):
            self._cache.set_node(new)
            self._queue.move(ClusterEvent(Change.NODE_UPDATED, old, new))

    def _on_node_deleted(self, node: Obj) -> None:
        self._cache.remove_node(node["metadata"]["name"])
        self._queue.move(ClusterEvent(Change.NODE_DELETED, node, None))

    def _on_pod_added(self, pod: Obj) -> None:
        if _is_placed(pod):
            self._cache.set_pod(pod)
            self._queue.move(ClusterEvent(Change.ASSIGNED_POD_ADDED, None, pod))
        elif self._is_waiting(pod):
            self._nominate(pod)
            self._queue.add(pod)

    def _on_pod_updated(self, old: Obj, new: Obj) -> None:
        if _is_placed(new):
            if not _is_placed(old):
                self._queue.delete(key_of(new))
                self._on_pod_added(new)
            elif _seen_of_pod(old) != _seen_of_pod(new):
                self._cache.set_pod(new)
                self._queue.move(ClusterEvent(Change.ASSIGNED_POD_UPDATED, old, new))
        elif _is_placed(old):
            self._on_pod_deleted(old)
        elif not self._is_waiting(new):
            self._queue.delete(key_of(new))
        elif self._queue.place_of(key_of(new)):
            self._nominate(new)
            self._queue.update(old, new)
        elif not self._is_waiting(old):
            self._queue.add(new)

    def _nominate(self, pod: Obj) -> None:
        """Take over the promise that a pod's status tells of."""
        node = (pod.get("status") or {}).get("nominatedNodeName", "")
        if node:
            self._nominator.add(PodInfo.of(pod), node)

    def _on_pod_deleted(self, pod: Obj) -> None:
        self._nominator.remove(key_of(pod))
        self._queue.delete(key_of(pod))
        self._bindings.abandon(key_of(pod))
        if self._cache.node_of(key_of(pod)):
            self._cache.remove_pod(key_of(pod))
            self._queue.move(ClusterEvent(Change.ASSIGNED_POD_DELETED, pod, None))

    def _is_waiting(self, pod: Obj) -> bool:
        return not pod["spec"].get("nodeName") and not _is_finished(pod) and scheduler_name(pod) in self._profiles


def _is_placed(pod: Obj) -> bool:
    return bool(pod["spec"].get("nodeName")) and not _is_finished(pod)


def _is_finished(pod: Obj) -> bool:
    return (pod.get("status") or {}).get("phase") in _FINISHED


def _seen_of_pod(pod: Obj) -> tuple[Obj, Obj | None, bool]:
    """What plugins look at of a pod that runs."""
    meta = pod["metadata"]
    return pod["spec"], meta.get("labels"), "deletionTimestamp" in meta


def _seen_of_node(node: Obj) -> tuple[Obj | None, ...]:
    """What plugins look at of a node; heartbeats change none of it."""
    status = node.get("status") or {}
    return node["metadata"].get("labels"), node.get("spec"), status.get("allocatable"), status.get("images")
