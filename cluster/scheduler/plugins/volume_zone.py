"""VolumeZone: a pod goes to the zone and region of its bound volumes, as the volumes' labels name them.

Upstream: ``pkg/scheduler/framework/plugins/volumezone/volume_zone.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.meta import Obj
from cluster.machinery.volumes import class_of, named_claims
from cluster.scheduler.interface import (
    SKIP,
    Change,
    ClusterEvent,
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

    def is_schedulable_after(self, pod: PodInfo, event: ClusterEvent) -> bool:
        """When one of the pod's claims, a volume's labels, a class that waits for pods or a node has come or changed."""
        old, new = event.old, event.new
        match event.change:
            case Change.CLAIM_CHANGED:
                is_near = new is not None and new["metadata"].get("namespace", "") == pod.pod["metadata"].get("namespace", "")
                return is_near and new is not None and new["metadata"]["name"] in named_claims(pod.pod)
            case Change.VOLUME_CHANGED:
                return old is None or new is None or _topologies(old) != _topologies(new)
            case Change.STORAGE_CLASS_CHANGED:
                return old is None and new is not None and new.get("volumeBindingMode") == WAIT_FOR_FIRST_CONSUMER
        return event.change in (Change.NODE_ADDED, Change.NODE_UPDATED)

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
