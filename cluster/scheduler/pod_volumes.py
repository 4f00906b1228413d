"""What a pod's claims need of a node: volumes that can be reached from there, free ones to bind, or somebody who makes them and has
enough space left, as far as the driver says so.

Upstream: ``pkg/scheduler/framework/plugins/volumebinding/binder.go`` (``GetPodVolumeClaims``, ``FindPodVolumes``,
``hasEnoughCapacity``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cluster.machinery.labels import selector_from_object
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import Quantity, parse_quantity
from cluster.machinery.volumes import SELECTED_NODE, annotation, class_of, is_bound, is_reachable, requested, smallest_match
from cluster.scheduler.interface import ClusterView

NO_PROVISIONER = "kubernetes.io/no-provisioner"
NODE_CONFLICT = "node(s) didn't match PersistentVolume's node affinity"
BIND_CONFLICT = "node(s) didn't find available persistent volumes to bind"
NOT_ENOUGH_SPACE = "node(s) did not have enough free storage"
NO_VOLUME = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
WAIT_FOR_FIRST_CONSUMER = "WaitForFirstConsumer"


class VolumeError(Exception):
    """An object about storage is not as it has to be."""


@dataclass(frozen=True, slots=True)
class PodClaims:
    """A pod's claims: those that have their volume, those that wait for the pod, and those that somebody else has to bind first.

    ``free``: volumes of the classes of those that wait.
    """

    bound: tuple[Obj, ...] = ()
    delayed: tuple[Obj, ...] = ()
    immediate: tuple[Obj, ...] = ()
    free: tuple[Obj, ...] = ()


@dataclass(frozen=True, slots=True)
class PodVolumes:
    """What a pod would get on one node: claims with the volume that each is bound to, and claims for which one has to be made.

    ``reasons``: why the node will not do; empty when it will.
    """

    bindings: tuple[tuple[Obj, Obj], ...] = ()
    provisions: tuple[Obj, ...] = ()
    reasons: tuple[str, ...] = ()


def is_delayed(claim: Obj, view: ClusterView) -> bool:
    """Whether a claim's class waits for the first pod. Raises VolumeError."""
    name = class_of(claim)
    storage_class = view.storage_class(name) if name else None
    if storage_class is None:
        return False
    if "volumeBindingMode" not in storage_class:
        raise VolumeError(f'VolumeBindingMode not set for StorageClass "{name}"')
    return bool(storage_class["volumeBindingMode"] == WAIT_FOR_FIRST_CONSUMER)


def sort_claims(claims: Sequence[Obj], view: ClusterView) -> PodClaims:
    """Tell a pod's claims apart. Raises VolumeError."""
    bound, delayed, immediate = [], [], []
    for claim in claims:
        if is_bound(claim):
            bound.append(claim)
        elif is_delayed(claim, view) and not claim["spec"].get("volumeName"):
            delayed.append(claim)
        else:
            immediate.append(claim)
    classes = {class_of(claim) for claim in delayed}
    free = tuple(volume for volume in view.volumes() if class_of(volume) in classes) if classes else ()
    return PodClaims(tuple(bound), tuple(delayed), tuple(immediate), free)


def largest_volume(given: Obj) -> Quantity | None:
    """Return the size of the largest volume that a driver can make in a CSIStorageCapacity; None when it does not say."""
    limit = given.get("maximumVolumeSize") or given.get("capacity")
    return None if limit is None else parse_quantity(limit)


def find_pod_volumes(claims: PodClaims, node: str, labels: Mapping[str, str], view: ClusterView) -> PodVolumes:
    """Find the volumes of a pod on a node. ``labels``: the node's. Raises VolumeError."""
    reasons: list[str] = []
    if not _are_reachable(claims.bound, node, labels, view):
        reasons.append(NODE_CONFLICT)
    selected = [annotation(claim, SELECTED_NODE) for claim in claims.delayed]
    if any(name not in (None, node) for name in selected):
        return PodVolumes(reasons=(*reasons, BIND_CONFLICT))
    provisions = [claim for claim, name in zip(claims.delayed, selected, strict=True) if name is not None]
    unmatched = [claim for claim, name in zip(claims.delayed, selected, strict=True) if name is None]
    bindings: list[tuple[Obj, Obj]] = []
    taken: set[str] = set()
    for claim in sorted(unmatched, key=lambda claim: requested(claim).nano):
        volumes = (volume for volume in claims.free if volume["metadata"]["name"] not in taken)
        volume = smallest_match(volumes, claim, node, labels)
        if volume is None:
            provisions.append(claim)
        else:
            taken.add(volume["metadata"]["name"])
            bindings.append((claim, volume))
    obstacle = next(filter(None, (_obstacle(claim, labels, view) for claim in provisions)), "")
    if obstacle:
        reasons.append(obstacle)
        provisions = []
    if any(view.volume(claim["spec"]["volumeName"]) is None for claim in claims.bound):
        reasons.append(NO_VOLUME)
    return PodVolumes(tuple(bindings), tuple(provisions), tuple(reasons))


def _are_reachable(bound: Sequence[Obj], node: str, labels: Mapping[str, str], view: ClusterView) -> bool:
    for claim in bound:
        volume = view.volume(claim["spec"]["volumeName"])
        if volume is None:
            return True
        if not is_reachable(volume, node, labels):
            return False
    return True


def _obstacle(claim: Obj, labels: Mapping[str, str], view: ClusterView) -> str:
    """Return why nobody makes a volume for a claim that can be reached from a node with these labels, an empty text when somebody does.
    Raises VolumeError."""
    name = class_of(claim)
    if not name:
        raise VolumeError(f'no class for claim "{claim["metadata"]["namespace"]}/{claim["metadata"]["name"]}"')
    storage_class = view.storage_class(name)
    if storage_class is None:
        raise VolumeError(f'failed to find storage class "{name}"')
    if storage_class.get("provisioner", "") in ("", NO_PROVISIONER):
        return BIND_CONFLICT
    topologies = storage_class.get("allowedTopologies") or ()
    if topologies and not any(_has_topology(term, labels) for term in topologies):
        return BIND_CONFLICT
    return "" if _has_enough_space(claim, storage_class, labels, view) else NOT_ENOUGH_SPACE


def _has_enough_space(claim: Obj, storage_class: Obj, labels: Mapping[str, str], view: ClusterView) -> bool:
    """Whether the driver has room for a claim where the node is. One that has not said that it tells of its space always has."""
    driver = view.csi_driver(storage_class["provisioner"])
    if driver is None or not driver["spec"].get("storageCapacity"):
        return True
    wanted = requested(claim)
    return any(
        each["storageClassName"] == storage_class["metadata"]["name"] and _holds(each, wanted) and _is_for(each, labels)
        for each in view.storage_capacities()
    )


def _holds(given: Obj, wanted: Quantity) -> bool:
    limit = largest_volume(given)
    return limit is not None and limit.compare(wanted) >= 0


def _is_for(given: Obj, labels: Mapping[str, str]) -> bool:
    """Whether space can be reached from a node; space that says nothing of nodes cannot."""
    topology = given.get("nodeTopology")
    return topology is not None and selector_from_object(topology).matches(labels)


def _has_topology(term: Obj, labels: Mapping[str, str]) -> bool:
    return all(labels.get(expression["key"]) in (expression.get("values") or ()) for expression in term.get("matchLabelExpressions") or ())
