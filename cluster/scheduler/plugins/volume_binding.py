"""VolumeBinding: a pod goes where its volumes are, and nowhere while it has to wait for them.

The real plugin also picks volumes for claims that wait for their first pod, and binds them before it binds the pod. Here such a
claim holds nobody up: the volume binder gives it a volume once the pod has a node.

Upstream: ``pkg/scheduler/framework/plugins/volumebinding/{volume_binding,binder}.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.meta import Obj
from cluster.machinery.node_selector import Term, compile_term
from cluster.scheduler.cache import NodeInfo, PodInfo
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

_BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
_CONFLICT = unresolvable("node(s) didn't match PersistentVolume's node affinity")
_NO_VOLUME = unresolvable("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)")
_UNBOUND = unresolvable("pod has unbound immediate PersistentVolumeClaims")
_CLAIMS: StateKey[tuple[Obj, ...]] = StateKey("VolumeBinding")


class VolumeBinding(PreFilterPlugin, FilterPlugin):
    """Turns away nodes that cannot reach a pod's bound volumes. ``view``: where claims, volumes and classes are looked up."""

    name = "VolumeBinding"

    def __init__(self, view: ClusterView) -> None:
        self._view = view

    def pre_filter(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> PreFilterResult | Status | None:
        """Find the pod's claims: each has to be there, and to be bound unless its class waits for a pod."""
        names = _claim_names(pod.pod)
        if not names:
            return SKIP
        bound: list[Obj] = []
        is_unbound = False
        for name in names:
            claim = self._view.claim(pod.pod["metadata"]["namespace"], name)
            refusal = _refusal(claim, name)
            if refusal is not None:
                return refusal
            if claim is not None and _is_bound(claim):
                bound.append(claim)
            elif claim is not None:
                is_unbound = is_unbound or not self._waits_for_pod(claim)
        if is_unbound:
            return _UNBOUND
        state.write(_CLAIMS, tuple(bound))
        return None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Turn away a node that a bound volume is not on."""
        for claim in state.read(_CLAIMS):
            volume = self._view.volume(claim["spec"]["volumeName"])
            if volume is None:
                return _NO_VOLUME
            terms = _affinity_terms(volume)
            if terms and not any(term.matches(node.name, node.labels) for term in terms):
                return _CONFLICT
        return None

    def is_schedulable_after(self, pod: PodInfo, event: ClusterEvent) -> bool:
        """A claim or volume that has come or changed may be what was missing."""
        changes = (Change.CLAIM_CHANGED, Change.VOLUME_CHANGED, Change.NODE_ADDED, Change.NODE_UPDATED)
        return event.change in changes

    def _waits_for_pod(self, claim: Obj) -> bool:
        annotated = (claim["metadata"].get("annotations") or {}).get(_CLASS_ANNOTATION)
        name = claim["spec"].get("storageClassName", "") if annotated is None else annotated
        storage_class = self._view.storage_class(name) if name else None
        return storage_class is not None and storage_class.get("volumeBindingMode") == "WaitForFirstConsumer"


def _claim_names(pod: Obj) -> list[str]:
    volumes = pod["spec"].get("volumes") or ()
    names = [volume["persistentVolumeClaim"].get("claimName", "") for volume in volumes if "persistentVolumeClaim" in volume]
    return names + [f"{pod['metadata']['name']}-{volume['name']}" for volume in volumes if "ephemeral" in volume]


def _refusal(claim: Obj | None, name: str) -> Status | None:
    if claim is None:
        return unresolvable(f'persistentvolumeclaim "{name}" not found')
    if claim.get("status", {}).get("phase") == "Lost":
        volume = claim["spec"].get("volumeName", "")
        return unresolvable(f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{volume}"')
    if claim["metadata"].get("deletionTimestamp"):
        return unresolvable(f'persistentvolumeclaim "{name}" is being deleted')
    return None


def _is_bound(claim: Obj) -> bool:
    return bool(claim["spec"].get("volumeName")) and _BIND_COMPLETED in (claim["metadata"].get("annotations") or {})


def _affinity_terms(volume: Obj) -> list[Term]:
    required = (volume["spec"].get("nodeAffinity") or {}).get("required") or {}
    return [compile_term(term) for term in required.get("nodeSelectorTerms") or ()]
