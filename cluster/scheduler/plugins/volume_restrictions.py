"""VolumeRestrictions: disks that only one node can mount, and claims that only one pod may use.

Upstream: ``pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cluster.machinery.meta import Obj
from cluster.machinery.volumes import named_claims
from cluster.scheduler.cluster_event import Action, Interest, Resource, takes_room
from cluster.scheduler.interface import (
    SKIP,
    ClusterView,
    CycleState,
    FilterPlugin,
    PreFilterPlugin,
    PreFilterResult,
    StateKey,
    Status,
    unresolvable,
    unschedulable,
)
from cluster.scheduler.node_info import NodeInfo, PodInfo
from cluster.scheduler.plugins.volume_binding import names_claim

_DISK_TAKEN = unschedulable("node(s) had no available disk")
_CLAIM_TAKEN = unschedulable("node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode")
READ_WRITE_ONCE_POD = "ReadWriteOncePod"
_DISKS = ("gcePersistentDisk", "awsElasticBlockStore", "iscsi", "rbd")
_TAKEN: StateKey[bool] = StateKey("PreFilterVolumeRestrictions")


class VolumeRestrictions(PreFilterPlugin, FilterPlugin):
    """``view``: where claims are looked up."""

    name = "VolumeRestrictions"
    counts_pods = True

    def __init__(self, view: ClusterView) -> None:
        self._view = view

    def pre_filter(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> PreFilterResult | Status | None:
        """Find out whether another pod has a claim that only one may use."""
        if not pod.claims and not _disks(pod.pod):
            return SKIP
        namespace = pod.pod["metadata"].get("namespace", "")
        exclusive: set[str] = set()
        for name in named_claims(pod.pod):
            claim = self._view.claim(namespace, name)
            if claim is None:
                return unresolvable(f'persistentvolumeclaim "{name}" not found')
            if READ_WRITE_ONCE_POD in (claim["spec"].get("accessModes") or ()):
                exclusive.add(name)
        state.write(_TAKEN, bool(exclusive) and any(_uses(other, namespace, exclusive) for n in nodes for other in n.pods.values()))
        return None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Turn away a node where a disk is taken, and every node while a claim is."""
        disks = _disks(pod.pod)
        if disks and any(_conflict(disks, _disks(other.pod)) for other in node.pods.values()):
            return _DISK_TAKEN
        return _CLAIM_TAKEN if state.read(_TAKEN) else None

    def events_to_register(self) -> tuple[Interest, ...]:
        """Pods that go, and nodes and claims that come."""
        return (
            Interest(Resource.POD, Action.DELETE, self.is_schedulable_after_pod_deleted),
            Interest(Resource.NODE, Action.ADD),
            Interest(Resource.CLAIM, Action.ADD, self.is_schedulable_after_claim_added),
        )

    def is_schedulable_after_pod_deleted(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When it had one of the disks or claims."""
        return old is not None and takes_room(old) and _is_in_the_way(old, pod)

    def is_schedulable_after_claim_added(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When it is one that the pod names."""
        return new is not None and names_claim(pod.pod, new)


def _is_in_the_way(other: Obj, pod: PodInfo) -> bool:
    gone = PodInfo.of(other)
    return _uses(gone, pod.pod["metadata"].get("namespace", ""), set(pod.claims)) or _conflict(_disks(pod.pod), _disks(other))


def _uses(pod: PodInfo, namespace: str, claims: set[str]) -> bool:
    return bool(pod.claims) and pod.pod["metadata"].get("namespace", "") == namespace and not claims.isdisjoint(pod.claims)


def _disks(pod: Obj) -> list[Obj]:
    return [volume for volume in pod["spec"].get("volumes") or () if any(kind in volume for kind in _DISKS)]


def _conflict(wanted: Iterable[Obj], taken: Sequence[Obj]) -> bool:
    return any(_is_same(one, other) for one in wanted for other in taken)


def _is_same(one: Obj, other: Obj) -> bool:
    """Whether two volumes are the same disk, and not both only to be read."""
    for kind in _DISKS:
        if kind not in one or kind not in other:
            continue
        mine, theirs = one[kind], other[kind]
        if kind == "awsElasticBlockStore":
            return bool(mine.get("volumeID") == theirs.get("volumeID"))
        if mine.get("readOnly") and theirs.get("readOnly"):
            return False
        if kind == "gcePersistentDisk":
            return bool(mine.get("pdName") == theirs.get("pdName"))
        if kind == "iscsi":
            return bool(mine.get("iqn") == theirs.get("iqn"))
        is_same_image = (mine.get("pool"), mine.get("image")) == (theirs.get("pool"), theirs.get("image"))
        return is_same_image and not set(mine.get("monitors") or ()).isdisjoint(theirs.get("monitors") or ())
    return False
