"""What happens in the cluster, and which plugin wants to hear of it.

An event names a resource and the actions that were seen; a plugin registers the events that may let in a pod that it has turned
away, each with a hint: a pure function of the pod and the object before and after, true where it is worth trying again (upstream:
``Queue``), false where it is not (``QueueSkip``).

Differs from upstream in that one update is one event with all its actions instead of one event an action, and in that changes of a
node's conditions and annotations, which no default plugin registers, are none.

Upstream: ``staging/src/k8s.io/kube-scheduler/framework/types.go`` (``ActionType``, ``EventResource``),
``pkg/scheduler/framework/events.go`` (``PodSchedulingPropertiesChange``, ``NodeSchedulingPropertiesChange``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, Flag

from cluster.machinery.declared_features import declared_by
from cluster.machinery.meta import Obj
from cluster.machinery.pod_resources import pod_requests
from cluster.scheduler.node_info import PodInfo


class Resource(Enum):
    """What an event is about."""

    POD = "Pod"
    """Registered only: a pod with a node as well as one that waits."""
    ASSIGNED_POD = "AssignedPod"
    UNSCHEDULED_POD = "UnscheduledPod"
    NODE = "Node"
    CLAIM = "PersistentVolumeClaim"
    VOLUME = "PersistentVolume"
    STORAGE_CLASS = "storage.k8s.io/StorageClass"
    CSI_NODE = "storage.k8s.io/CSINode"
    CSI_DRIVER = "storage.k8s.io/CSIDriver"
    CSI_STORAGE_CAPACITY = "storage.k8s.io/CSIStorageCapacity"
    VOLUME_ATTACHMENT = "storage.k8s.io/VolumeAttachment"
    EVERYTHING = "*"


class Action(Flag):
    """What has happened to it; the values are upstream's."""

    NONE = 0
    ADD = 1
    DELETE = 2
    UPDATE_NODE_ALLOCATABLE = 4
    UPDATE_NODE_LABEL = 8
    UPDATE_NODE_TAINT = 16
    UPDATE_NODE_DECLARED_FEATURE = 128
    UPDATE_POD_LABEL = 256
    UPDATE_POD_SCALE_DOWN = 512
    UPDATE_POD_TOLERATION = 1024
    UPDATE_POD_SCHEDULING_GATES_ELIMINATED = 2048
    UPDATE = 8188
    """Any update, of a resource whose updates are not told apart."""


@dataclass(frozen=True, slots=True)
class ClusterEvent:
    """Something that happened, with the object before and after it (None where there is none)."""

    resource: Resource
    action: Action
    old: Obj | None = None
    new: Obj | None = None


UNSCHEDULABLE_TIMEOUT = ClusterEvent(Resource.EVERYTHING, Action.UPDATE)
"""Time has passed: look again whatever has happened."""

Hint = Callable[[PodInfo, Obj | None, Obj | None], bool]
"""Whether a pod is worth trying again, from the pod and the object before and after the event."""


def always(pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
    """Return the hint of who registers none: try again."""
    return True


@dataclass(frozen=True, slots=True)
class Interest:
    """Events that a plugin registers (upstream: ``ClusterEventWithHint``)."""

    resource: Resource
    action: Action
    hint: Hint = always

    def covers(self, resource: Resource, action: Action) -> bool:
        """Whether an event is one of them."""
        is_pod = self.resource is Resource.POD and resource in (Resource.ASSIGNED_POD, Resource.UNSCHEDULED_POD)
        return (is_pod or self.resource is resource) and bool(self.action & action)


def takes_room(pod: Obj) -> bool:
    """Whether a pod counts on a node: it has one, or one was promised to it."""
    return bool(pod["spec"].get("nodeName") or (pod.get("status") or {}).get("nominatedNodeName"))


def on_node(pod: Obj, node: str) -> Obj:
    """Return a pod as it would be had it got a node."""
    return {**pod, "spec": {**pod["spec"], "nodeName": node}}


def node_change(old: Obj, new: Obj) -> Action:
    """Return what has changed about a node that may let pods in; uncordoning counts as a change of its taints."""
    before, after = old.get("spec") or {}, new.get("spec") or {}
    found = Action.NONE
    if (before.get("taints") or []) != (after.get("taints") or []) or (before.get("unschedulable") and not after.get("unschedulable")):
        found |= Action.UPDATE_NODE_TAINT
    if (old.get("status") or {}).get("allocatable") != (new.get("status") or {}).get("allocatable"):
        found |= Action.UPDATE_NODE_ALLOCATABLE
    if _labels(old) != _labels(new):
        found |= Action.UPDATE_NODE_LABEL
    if declared_by(old) != declared_by(new):
        found |= Action.UPDATE_NODE_DECLARED_FEATURE
    return found


def pod_change(old: Obj, new: Obj) -> Action:
    """Return what has changed about a pod that may let it or others in."""
    before, after = old["spec"], new["spec"]
    found = Action.NONE
    if _labels(old) != _labels(new):
        found |= Action.UPDATE_POD_LABEL
    if _is_scaled_down(old, new):
        found |= Action.UPDATE_POD_SCALE_DOWN
    if before.get("schedulingGates") and not after.get("schedulingGates"):
        found |= Action.UPDATE_POD_SCHEDULING_GATES_ELIMINATED
    if len(before.get("tolerations") or ()) != len(after.get("tolerations") or ()):
        found |= Action.UPDATE_POD_TOLERATION
    return found


def _is_scaled_down(old: Obj, new: Obj) -> bool:
    if old["spec"] == new["spec"]:
        return False
    after = pod_requests(new)
    return any(after.get(name, 0) < amount for name, amount in pod_requests(old).items())


def _labels(obj: Obj) -> Obj:
    return obj["metadata"].get("labels") or {}
