"""VolumeZone: a pod goes to the zone and region of its bound volumes, as the volumes' labels name them.

Upstream: ``pkg/scheduler/framework/plugins/volumezone/volume_zone.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.meta import Obj
from cluster.machinery.volumes import class_of, named_claims
from cluster.scheduler.cluster_event import Action, Interest, Resource
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
)
from cluster.scheduler.node_info import NodeInfo, PodInfo
from cluster.scheduler.plugins.volume_binding import names_claim
from cluster.scheduler.pod_volumes import WAIT_FOR_FIRST_CONSUMER

_CONFLICT = unresolvable("node(s) had no available volume zone")
_OLD = {
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
}
"""Labels of old, and what they are called now."""
_LABELS = (*_OLD, *_OLD.values())
_SEPARATOR = "__"
"""Between the zones of a label's value."""

Topology = tuple[str, frozenset[str]]
"""A label, and the values that will do."""

_TOPOLOGIES: StateKey[tuple[Topology, ...]] = StateKey("PreFilterVolumeZone")


class VolumeZone(PreFilterPlugin, FilterPlugin):
    """``view``: where claims, volumes and classes are looked up."""

    name = "VolumeZone"

    def __init__(self, view: ClusterView) -> None:
        self._view = view

    def pre_filter(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> PreFilterResult | Status | None:
        """Collect the topologies of the pod's volumes."""
        if not pod.claims:
            return SKIP
        found: list[Topology] = []
        for name in named_claims(pod.pod):
            topologies = self._of_claim(pod.pod["metadata"].get("namespace", ""), name)
            if isinstance(topologies, Status):
                return topologies
            found += topologies
        if not found:
            return SKIP
        state.write(_TOPOLOGIES, tuple(found))
        return None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Turn away a node elsewhere. One without any such label is in a cluster of one zone."""
        labels = node.labels
        if not any(label in labels for label in _LABELS):
            return None
        for key, values in state.read(_TOPOLOGIES):
            if (labels[key] if key in labels else labels.get(_OLD.get(key, key))) not in values:
                return _CONFLICT
        return None

    def events_to_register(self) -> tuple[Interest, ...]:
        """Claims and volumes, classes that come, and nodes that come or get other labels."""
        changed = Action.ADD | Action.UPDATE
        return (
            Interest(Resource.STORAGE_CLASS, Action.ADD, self.is_schedulable_after_storage_class_added),
            Interest(Resource.NODE, Action.ADD | Action.UPDATE_NODE_LABEL),
            Interest(Resource.CLAIM, changed, self.is_schedulable_after_claim_change),
            Interest(Resource.VOLUME, changed, self.is_schedulable_after_volume_change),
        )

    def is_schedulable_after_storage_class_added(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When it waits for pods."""
        return new is not None and new.get("volumeBindingMode") == WAIT_FOR_FIRST_CONSUMER

    def is_schedulable_after_claim_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When it is one that the pod names."""
        return new is not None and names_claim(pod.pod, new)

    def is_schedulable_after_volume_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When a volume is new or has come elsewhere."""
        return old is None or new is None or _topologies(old) != _topologies(new)

    def _of_claim(self, namespace: str, name: str) -> list[Topology] | Status:
        if not name:
            return unresolvable("PersistentVolumeClaim had no name")
        claim = self._view.claim(namespace, name)
        if claim is None:
            return unresolvable(f'persistentvolumeclaim "{name}" not found')
        volume_name = claim["spec"].get("volumeName", "")
        if not volume_name:
            return self._of_unbound(claim)
        volume = self._view.volume(volume_name)
        return unresolvable(f'persistentvolume "{volume_name}" not found') if volume is None else _topologies(volume)

    def _of_unbound(self, claim: Obj) -> list[Topology] | Status:
        name = class_of(claim)
        if not name:
            return unresolvable("PersistentVolumeClaim had no pv name and storageClass name")
        storage_class = self._view.storage_class(name)
        if storage_class is None:
            return unresolvable(f'storageclass.storage.k8s.io "{name}" not found')
        if "volumeBindingMode" not in storage_class:
            return unresolvable(f'VolumeBindingMode not set for StorageClass "{name}"')
        return [] if storage_class["volumeBindingMode"] == WAIT_FOR_FIRST_CONSUMER else unresolvable("PersistentVolume had no name")


def _topologies(volume: Obj) -> list[Topology]:
    labels = volume["metadata"].get("labels") or {}
    split = [(key, [zone.strip() for zone in labels[key].split(_SEPARATOR)]) for key in _LABELS if key in labels]
    return [(key, frozenset(zones)) for key, zones in split if all(zones)]
