"""What the scheduler hears of: nodes and pods go into its picture of the cluster, and every news that may help a waiting pod to the
queue.

Upstream: ``pkg/scheduler/eventhandlers.go``.
"""

from __future__ import annotations

from cluster.client.informer import Informers
from cluster.machinery.kinds.core import NODES, PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.storage import CSIDRIVERS, CSINODES, CSISTORAGECAPACITIES, STORAGECLASSES, VOLUMEATTACHMENTS
from cluster.machinery.meta import Obj, key_of
from cluster.scheduler.binding import BindingCycles
from cluster.scheduler.cache import Cache
from cluster.scheduler.cluster_event import Action, ClusterEvent, Resource, node_change, on_node, pod_change
from cluster.scheduler.framework import LANE
from cluster.scheduler.node_info import PodInfo
from cluster.scheduler.nominator import Nominator
from cluster.scheduler.preemption.importance import priority
from cluster.scheduler.profile import Profiles, scheduler_name
from cluster.scheduler.queue import SchedulingQueue

_FINISHED = ("Succeeded", "Failed")
_STORAGE = {
    PERSISTENTVOLUMECLAIMS: Resource.CLAIM,
    PERSISTENTVOLUMES: Resource.VOLUME,
    STORAGECLASSES: Resource.STORAGE_CLASS,
    CSINODES: Resource.CSI_NODE,
    CSIDRIVERS: Resource.CSI_DRIVER,
    CSISTORAGECAPACITIES: Resource.CSI_STORAGE_CAPACITY,
    VOLUMEATTACHMENTS: Resource.VOLUME_ATTACHMENT,
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
        for kind, resource in _STORAGE.items():
            self._follow(informers, kind, resource)

    def _follow(self, informers: Informers, kind: Kind, resource: Resource) -> None:
        """Let every news of a kind be a reason to look again at the pods that wait for it."""
        informers.informer(kind).subscribe(
            LANE,
            self._queue,
            on_add=lambda new: self._queue.move(ClusterEvent(resource, Action.ADD, None, new)),
            on_update=lambda old, new: self._queue.move(ClusterEvent(resource, Action.UPDATE, old, new)),
            on_delete=lambda old: self._queue.move(ClusterEvent(resource, Action.DELETE, old, None)),
        )

    def _on_node_added(self, node: Obj) -> None:
        self._cache.set_node(node)
        self._queue.move(ClusterEvent(Resource.NODE, Action.ADD, None, node))

    def _on_node_updated(self, old: Obj, new: Obj) -> None:
        if _seen_of_node(old) != _seen_of_node(new):
            self._cache.set_node(new)
            if action := node_change(old, new):
                self._queue.move(ClusterEvent(Resource.NODE, action, old, new))

    def _on_node_deleted(self, node: Obj) -> None:
        self._cache.remove_node(node["metadata"]["name"])
        self._queue.move(ClusterEvent(Resource.NODE, Action.DELETE, node, None))

    def _on_pod_added(self, pod: Obj) -> None:
        if _is_placed(pod):
            self._cache.set_pod(pod)
            self._queue.move(ClusterEvent(Resource.ASSIGNED_POD, Action.ADD, None, pod))
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
                if action := pod_change(old, new):
                    self._queue.move(ClusterEvent(Resource.ASSIGNED_POD, action, old, new))
        elif _is_placed(old):
            self._on_pod_deleted(old)
        elif not self._is_waiting(new):
            self._queue.delete(key_of(new))
        elif self._queue.place_of(key_of(new)):
            if _promise(old) and not _promise(new):
                self._nominator.remove(key_of(old))
            self._nominate(new)
            self._queue.update(old, new)
            if _promise(old) not in ("", _promise(new)):
                self._on_promise_gone(old)
        elif not self._is_waiting(old):
            self._queue.add(new)

    def _nominate(self, pod: Obj) -> None:
        """Take over the promise that a pod's status tells of."""
        if node := _promise(pod):
            self._nominator.add(PodInfo.of(pod), node)

    def _on_promise_gone(self, pod: Obj) -> None:
        """Others that had to leave the promised room to a pod may have it now, as if the pod had gone from there."""
        self._queue.move_up_to(priority(pod), ClusterEvent(Resource.ASSIGNED_POD, Action.DELETE, pod, None))

    def _on_pod_deleted(self, pod: Obj) -> None:
        self._nominator.remove(key_of(pod))
        self._queue.delete(key_of(pod))
        self._bindings.abandon(key_of(pod))
        if node := self._cache.node_of(key_of(pod)):
            self._cache.remove_pod(key_of(pod))
            self._queue.move(ClusterEvent(Resource.ASSIGNED_POD, Action.DELETE, on_node(pod, node), None))
        elif _promise(pod):
            self._on_promise_gone(pod)

    def _is_waiting(self, pod: Obj) -> bool:
        return not pod["spec"].get("nodeName") and not _is_finished(pod) and scheduler_name(pod) in self._profiles


def _is_placed(pod: Obj) -> bool:
    return bool(pod["spec"].get("nodeName")) and not _is_finished(pod)


def _is_finished(pod: Obj) -> bool:
    return (pod.get("status") or {}).get("phase") in _FINISHED


def _promise(pod: Obj) -> str:
    """Return the node that was promised to a pod, or an empty text."""
    node: str = (pod.get("status") or {}).get("nominatedNodeName", "")
    return node


def _seen_of_pod(pod: Obj) -> tuple[Obj, Obj | None, bool]:
    """What plugins look at of a pod that runs."""
    meta = pod["metadata"]
    return pod["spec"], meta.get("labels"), "deletionTimestamp" in meta


def _seen_of_node(node: Obj) -> tuple[Obj | None, ...]:
    """What plugins look at of a node; heartbeats change none of it."""
    status = node.get("status") or {}
    return node["metadata"].get("labels"), node.get("spec"), status.get("allocatable"), status.get("images"), status.get("declaredFeatures")
