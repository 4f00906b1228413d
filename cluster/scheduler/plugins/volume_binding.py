"""VolumeBinding: a pod goes where its volumes are or can be, and nowhere while it has to wait for them.

Filter finds for each node which volumes the claims would get there; Reserve keeps those of the chosen node; PreBind writes it
down (a volume is reserved for its claim; a claim without one says on which node it is needed) and waits until the volume binder
and the provisioner have done the rest. Differs from upstream in that capacity is not scored, an alpha feature.

Upstream: ``pkg/scheduler/framework/plugins/volumebinding/{volume_binding,binder}.go``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cluster.machinery.meta import Obj, key_of
from cluster.machinery.volumes import SELECTED_NODE, annotation, claim_names, is_bound, named_claims, reserved_for
from cluster.scheduler.cluster_event import Action, Interest, Resource
from cluster.scheduler.interface import (
    SKIP,
    WAIT,
    ClusterView,
    Code,
    CycleState,
    FilterPlugin,
    PreBindPlugin,
    PreFilterPlugin,
    PreFilterResult,
    ReservePlugin,
    StateKey,
    Status,
    unresolvable,
)
from cluster.scheduler.node_info import NodeInfo, PodInfo
from cluster.scheduler.pod_volumes import PodClaims, PodVolumes, VolumeError, find_pod_volumes, largest_volume, sort_claims

BIND_TIMEOUT = 600
"""Seconds that a pod's binding waits for its volumes."""
_UNBOUND = unresolvable("pod has unbound immediate PersistentVolumeClaims")
_MIGRATED = "storage.alpha.kubernetes.io/migrated-plugins"


@dataclass(slots=True)
class Found:
    """``by_node``: what the pod would get on each node that it could go to."""

    claims: PodClaims
    by_node: dict[str, PodVolumes] = field(default_factory=dict)


_FOUND: StateKey[Found] = StateKey("VolumeBinding")


class VolumeBinding(PreFilterPlugin, FilterPlugin, ReservePlugin, PreBindPlugin):
    """``view``: where claims, volumes and classes are looked up and written. ``timeout``: seconds."""

    name = "VolumeBinding"

    def __init__(self, view: ClusterView, *, timeout: float = BIND_TIMEOUT) -> None:
        self._view, self._timeout = view, timeout

    def pre_filter(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> PreFilterResult | Status | None:
        """Find the pod's claims: each has to be there, and to be bound unless its class waits for a pod."""
        if not pod.claims:
            return SKIP
        namespace = pod.pod["metadata"].get("namespace", "")
        claims: list[Obj] = []
        for name in pod.claims:
            claim = self._view.claim(namespace, name)
            refusal = _refusal(claim, name, pod.pod)
            if refusal:
                return unresolvable(refusal)
            if claim is not None:
                claims.append(claim)
        try:
            sorted_claims = sort_claims(claims, self._view)
        except VolumeError as error:
            return Status(Code.ERROR, (str(error),))
        if sorted_claims.immediate:
            return _UNBOUND
        state.write(_FOUND, Found(sorted_claims))
        return None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Turn away a node from which a volume cannot be reached, or where none can be had."""
        found = state.read(_FOUND)
        try:
            volumes = find_pod_volumes(found.claims, node.name, node.labels, self._view)
        except VolumeError as error:
            return Status(Code.ERROR, (str(error),))
        if volumes.reasons:
            return unresolvable(*volumes.reasons)
        found.by_node[node.name] = volumes
        return None

    def reserve(self, state: CycleState, pod: PodInfo, node: str) -> Status | None:
        """Keep the volumes of the chosen node from other pods."""
        volumes = _chosen(state, node)
        for claim, volume in volumes.bindings:
            self._view.assume_volume(reserved_for(volume, claim))
        for claim in volumes.provisions:
            self._view.assume_claim(_needed_on(claim, node))
        return None

    def unreserve(self, state: CycleState, pod: PodInfo, node: str) -> None:
        """Take the assumptions back; what has been written stays."""
        volumes = _chosen(state, node)
        for _, volume in volumes.bindings:
            self._view.forget_volume(volume["metadata"]["name"])
        for claim in volumes.provisions:
            self._view.forget_claim(key_of(claim))

    def pre_bind(self, state: CycleState, pod: PodInfo, node: str, waited: float) -> Status | None:
        """Write what was reserved, then wait until every claim has its volume. Raises ApiError."""
        volumes = _chosen(state, node)
        if not volumes.bindings and not volumes.provisions:
            return None
        if not waited:
            self._write(volumes, node)
            return WAIT
        failure = self._failure(volumes, node)
        if failure:
            return Status(Code.ERROR, (f"binding volumes: {failure}",))
        claims = [*(claim for claim, _ in volumes.bindings), *volumes.provisions]
        if all(self._is_bound(claim) for claim in claims):
            return None
        return WAIT if waited < self._timeout else Status(Code.ERROR, ("binding volumes: context deadline exceeded",))

    def _write(self, volumes: PodVolumes, node: str) -> None:
        for claim, volume in volumes.bindings:
            reserved = reserved_for(volume, claim)
            if reserved is not volume:
                self._view.update_volume(reserved)
        for claim in volumes.provisions:
            if annotation(claim, SELECTED_NODE) != node:
                self._view.update_claim(_needed_on(claim, node))

    def _failure(self, volumes: PodVolumes, node: str) -> str:
        """Return why waiting is of no use any more, an empty text while it is."""
        for claim, volume in volumes.bindings:
            name = volume["metadata"]["name"]
            now = self._view.volume(name)
            if now is None:
                return f'failed to check binding: could not find v1.PersistentVolume "{name}"'
            if self._view.claim(claim["metadata"]["namespace"], claim["metadata"]["name"]) is None:
                return f'failed to check binding: could not find v1.PersistentVolumeClaim "{key_of(claim)}"'
            if not (now["spec"].get("claimRef") or {}).get("uid"):
                return f'ClaimRef got reset for pv "{name}"'
        for claim in volumes.provisions:
            found = self._view.claim(claim["metadata"]["namespace"], claim["metadata"]["name"])
            if found is None:
                return f'failed to check provisioning pvc: could not find v1.PersistentVolumeClaim "{key_of(claim)}"'
            if annotation(found, SELECTED_NODE) != node:
                return f'provisioning failed for PVC "{claim["metadata"]["name"]}"'
        return ""

    def _is_bound(self, claim: Obj) -> bool:
        now = self._view.claim(claim["metadata"]["namespace"], claim["metadata"]["name"])
        return now is not None and is_bound(now) and self._view.volume(now["spec"]["volumeName"]) is not None

    def events_to_register(self) -> tuple[Interest, ...]:
        """Everything about storage, and nodes that come or get other labels."""
        changed = Action.ADD | Action.UPDATE
        return (
            Interest(Resource.STORAGE_CLASS, changed, self.is_schedulable_after_storage_class_change),
            Interest(Resource.CLAIM, changed, self.is_schedulable_after_claim_change),
            Interest(Resource.VOLUME, changed),
            Interest(Resource.NODE, Action.ADD | Action.UPDATE_NODE_LABEL),
            Interest(Resource.CSI_NODE, changed, self.is_schedulable_after_csi_node_change),
            Interest(Resource.CSI_DRIVER, Action.UPDATE, self.is_schedulable_after_csi_driver_change),
            Interest(Resource.CSI_STORAGE_CAPACITY, changed, self.is_schedulable_after_storage_capacity_change),
        )

    def is_schedulable_after_storage_class_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When a class is new or makes volumes elsewhere."""
        return old is None or new is None or old.get("allowedTopologies") != new.get("allowedTopologies")

    def is_schedulable_after_claim_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When it is one of the pod's claims."""
        return new is not None and uses_claim(pod.pod, new)

    def is_schedulable_after_csi_node_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When a node's drivers are new, or stand for other plugins than before."""
        return old is None or new is None or annotation(old, _MIGRATED) != annotation(new, _MIGRATED)

    def is_schedulable_after_csi_driver_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When free capacity does not count any more for a driver that the pod uses."""
        return old is not None and new is not None and _ignores_capacity_now(pod.pod, old, new)

    def is_schedulable_after_storage_capacity_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When a driver tells of space, or can make larger volumes than before."""
        if old is None or new is None:
            return True
        before, now = largest_volume(old), largest_volume(new)
        return now is not None and (before is None or now.compare(before) > 0)


def uses_claim(pod: Obj, claim: Obj) -> bool:
    """Whether one of a pod's volumes is a claim."""
    is_near = pod["metadata"].get("namespace", "") == claim["metadata"].get("namespace", "")
    return is_near and claim["metadata"]["name"] in claim_names(pod)


def names_claim(pod: Obj, claim: Obj) -> bool:
    """Whether a pod's volumes name a claim; those made for the pod do not count."""
    is_near = pod["metadata"].get("namespace", "") == claim["metadata"].get("namespace", "")
    return is_near and claim["metadata"]["name"] in named_claims(pod)


def _refusal(claim: Obj | None, name: str, pod: Obj) -> str:
    is_ephemeral = any("ephemeral" in v and f"{pod['metadata']['name']}-{v['name']}" == name for v in pod["spec"].get("volumes") or ())
    if claim is None and is_ephemeral:
        return f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{name}"'
    if claim is None:
        return f'persistentvolumeclaim "{name}" not found'
    if claim.get("status", {}).get("phase") == "Lost":
        volume = claim["spec"].get("volumeName", "")
        return f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{volume}"'
    if claim["metadata"].get("deletionTimestamp"):
        return f'persistentvolumeclaim "{name}" is being deleted'
    owners = claim["metadata"].get("ownerReferences") or ()
    if is_ephemeral and not any(o.get("controller") and o.get("uid") == pod["metadata"].get("uid", "") for o in owners):
        return f"PVC {claim['metadata'].get('namespace', '')}/{name} was not created for pod {key_of(pod)} (pod is not owner)"
    return ""


def _chosen(state: CycleState, node: str) -> PodVolumes:
    """Return what a pod gets on its node: nothing, where its filter was skipped."""
    if VolumeBinding.name in state.skipped:
        return PodVolumes()
    return state.read(_FOUND).by_node.get(node, PodVolumes())


def _needed_on(claim: Obj, node: str) -> Obj:
    meta = claim["metadata"]
    return {**claim, "metadata": {**meta, "annotations": {**(meta.get("annotations") or {}), SELECTED_NODE: node}}}


def _ignores_capacity_now(pod: Obj, old: Obj, new: Obj) -> bool:
    uses = any((volume.get("csi") or {}).get("driver") == new["metadata"]["name"] for volume in pod["spec"].get("volumes") or ())
    return uses and bool(old["spec"].get("storageCapacity")) and not new["spec"].get("storageCapacity")
