"""Volumes and claims: which one gets which, and what says so. Pure decisions.

The volume binder and the scheduler decide by the same rules.

Upstream: ``pkg/controller/volume/persistentvolume/{index,pv_controller}.go``,
``staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go`` (``FindMatchingVolume``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cluster.machinery.labels import selector_from_object
from cluster.machinery.meta import Obj
from cluster.machinery.node_selector import compile_term
from cluster.machinery.quantity import Quantity, parse_quantity

CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
SELECTED_NODE = "volume.kubernetes.io/selected-node"


def annotation(obj: Obj, name: str) -> str | None:
    """Return an annotation, None when there is none."""
    found: str | None = (obj["metadata"].get("annotations") or {}).get(name)
    return found


def class_of(obj: Obj) -> str:
    """Return the storage class of a volume or claim; the annotation of old comes first."""
    annotated = annotation(obj, CLASS_ANNOTATION)
    return str(obj["spec"].get("storageClassName", "")) if annotated is None else annotated


def mode_of(obj: Obj) -> str:
    """Return whether a volume is, or a claim wants, a file system or a device."""
    return str(obj["spec"].get("volumeMode", "Filesystem"))


def requested(claim: Obj) -> Quantity:
    """Return how much a claim asks for."""
    requests = claim["spec"].get("resources", {}).get("requests") or {}
    return parse_quantity(requests.get("storage", "0"))


def capacity(volume: Obj) -> Quantity:
    """Return how much a volume holds."""
    return parse_quantity((volume["spec"].get("capacity") or {}).get("storage", "0"))


def is_reserved_for(volume: Obj, claim: Obj) -> bool:
    """Whether a volume names a claim: this one and, if it says which one of the name, no earlier one."""
    reference, meta = volume["spec"].get("claimRef") or {}, claim["metadata"]
    is_named = (reference.get("namespace"), reference.get("name")) == (meta["namespace"], meta["name"])
    return is_named and reference.get("uid", "") in ("", meta["uid"])


def why_unfit(volume: Obj, claim: Obj) -> str:
    """Return why a volume that a claim names cannot be its own, an empty text when it can."""
    if requested(claim).compare(capacity(volume)) > 0:
        return "requested PV is too small"
    if class_of(volume) != class_of(claim):
        return "storageClassName does not match"
    if mode_of(volume) != mode_of(claim):
        return "incompatible volumeMode"
    if not set(claim["spec"].get("accessModes") or ()) <= set(volume["spec"].get("accessModes") or ()):
        return "incompatible accessMode"
    return ""


def _fits(volume: Obj, claim: Obj) -> bool:
    wanted_attributes = claim["spec"].get("volumeAttributesClassName") or ""
    return (
        not volume["metadata"].get("deletionTimestamp")
        and (volume["spec"].get("volumeAttributesClassName") or "") == wanted_attributes
        and not why_unfit(volume, claim)
    )


def _modes(volume: Obj) -> tuple[int, tuple[str, ...]]:
    modes = tuple(sorted(volume["spec"].get("accessModes") or ()))
    return len(modes), modes


def is_reachable(volume: Obj, node: str, labels: Mapping[str, str]) -> bool:
    """Whether a volume can be reached from a node, by its node affinity."""
    required = (volume["spec"].get("nodeAffinity") or {}).get("required") or {}
    terms = [compile_term(term) for term in required.get("nodeSelectorTerms") or ()]
    return not terms or any(term.matches(node, labels) for term in terms)


def best_match(volumes: Iterable[Obj], claim: Obj, *, is_delayed: bool = False) -> Obj | None:
    """Return the volume for a claim: one that is reserved for it, else of those with the fewest access modes the smallest.

    ``is_delayed``: the claim waits for its first pod, so that nothing but a reserved volume will do.
    """
    fitting = [volume for volume in volumes if _fits(volume, claim)]
    reserved = [volume for volume in fitting if is_reserved_for(volume, claim)]
    if reserved:
        return reserved[0]
    if is_delayed:
        return None
    ranked = sorted(_free(fitting, claim), key=lambda volume: (_modes(volume), capacity(volume).nano, volume["metadata"]["name"]))
    return ranked[0] if ranked else None


def smallest_match(volumes: Iterable[Obj], claim: Obj, node: str, labels: Mapping[str, str]) -> Obj | None:
    """Return the volume for a claim whose pod would go to a node: one that is reserved for it, else the smallest that can be
    reached from there. ``labels``: those of the node."""
    fitting = [volume for volume in volumes if _fits(volume, claim)]
    reserved = next((volume for volume in fitting if is_reserved_for(volume, claim)), None)
    if reserved is not None:
        return reserved if is_reachable(reserved, node, labels) else None
    reachable = [volume for volume in _free(fitting, claim) if is_reachable(volume, node, labels)]
    return min(reachable, key=lambda volume: (capacity(volume).nano, volume["metadata"]["name"]), default=None)


def reserved_for(volume: Obj, claim: Obj) -> Obj:
    """Return a copy of a volume that is kept for a claim; one that names the claim in full stays as it is."""
    meta = claim["metadata"]
    reference = volume["spec"].get("claimRef") or {}
    if is_reserved_for(volume, claim) and reference.get("uid"):
        return volume
    reserved: Obj = {**volume, "metadata": dict(volume["metadata"]), "spec": dict(volume["spec"])}
    reserved["spec"]["claimRef"] = {
        "kind": "PersistentVolumeClaim",
        "namespace": meta["namespace"],
        "name": meta["name"],
        "uid": meta["uid"],
        "apiVersion": "v1",
        "resourceVersion": meta["resourceVersion"],
    }
    if not reference:
        reserved["metadata"]["annotations"] = {**(volume["metadata"].get("annotations") or {}), BOUND_BY_CONTROLLER: "yes"}
    return reserved


def is_bound(claim: Obj) -> bool:
    """Whether a claim has its volume and the binding is complete."""
    return bool(claim["spec"].get("volumeName")) and annotation(claim, BIND_COMPLETED) is not None


def claim_names(pod: Obj) -> tuple[str, ...]:
    """Return the claims of a pod's volumes, those made for the pod itself included."""
    names: list[str] = []
    for volume in pod["spec"].get("volumes") or ():
        if "persistentVolumeClaim" in volume:
            names.append(volume["persistentVolumeClaim"].get("claimName", ""))
        elif "ephemeral" in volume:
            names.append(f"{pod['metadata']['name']}-{volume['name']}")
    return tuple(names)


def named_claims(pod: Obj) -> list[str]:
    """Return the claims that a pod's volumes name."""
    volumes = pod["spec"].get("volumes") or ()
    return [volume["persistentVolumeClaim"].get("claimName", "") for volume in volumes if "persistentVolumeClaim" in volume]


def _free(fitting: Iterable[Obj], claim: Obj) -> list[Obj]:
    selector = selector_from_object(claim["spec"]["selector"]) if "selector" in claim["spec"] else None
    return [
        volume
        for volume in fitting
        if "claimRef" not in volume["spec"]
        and volume.get("status", {}).get("phase") == "Available"
        and (selector is None or selector.matches(volume["metadata"].get("labels")))
    ]
