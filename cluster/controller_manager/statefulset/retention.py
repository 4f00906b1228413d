"""Who owns a claim: what the retention policy wants to be deleted belongs to what will be deleted first. Pure.

``whenDeleted: Delete`` makes the set the owner, ``whenScaled: Delete`` the pod, as soon as it is one too many; the garbage
collector does the rest. A claim that another controller manages is left alone.

Upstream: ``pkg/controller/statefulset/stateful_set_utils.go`` (``isClaimOwnerUpToDate``, ``updateClaimOwnerRefForSetAndPod``).
"""

from __future__ import annotations

from cluster.controller_manager.controller_ref import reference_to
from cluster.controller_manager.statefulset.identity import is_in_range
from cluster.machinery.kinds.apps import STATEFULSETS
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj

RETAIN = "Retain"
DELETE = "Delete"


def policy_of(stateful_set: Obj) -> tuple[str, str]:
    """Return ``(whenScaled, whenDeleted)``."""
    policy = stateful_set["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    return policy.get("whenScaled", RETAIN), policy.get("whenDeleted", RETAIN)


def has_conflicting_controller(claim: Obj, stateful_set: Obj, pod: Obj) -> bool:
    """Whether somebody else than the set and the pod manages a claim that the policy wants deleted one day."""
    if policy_of(stateful_set) == (RETAIN, RETAIN):
        return False
    for reference in _references(claim):
        owner = _named(reference, stateful_set, pod)
        if (owner is None and reference.get("controller")) or (owner is not None and not _is_owner(reference, owner)):
            return True
    return False


def is_stale(claim: Obj, owner: Obj, kind: Kind) -> bool:
    """Whether the claim belongs to an earlier object of the owner's name."""
    named = next((reference for reference in _references(claim) if _is_named(reference, owner, kind)), None)
    return named is not None and not _is_owner(named, owner)


def is_up_to_date(claim: Obj, stateful_set: Obj, pod: Obj) -> bool:
    """Whether the claim's owners are those that the policy wants, or it must not be touched."""
    if is_stale(claim, stateful_set, STATEFULSETS) or is_stale(claim, pod, PODS):
        return True
    owned = [reference for reference in _references(claim) if _is_owner(reference, stateful_set) or _is_owner(reference, pod)]
    if has_conflicting_controller(claim, stateful_set, pod):
        return not owned
    if not all(reference.get("controller") for reference in owned):
        return False
    when_scaled, when_deleted = policy_of(stateful_set)
    by_set = any(_is_owner(reference, stateful_set) for reference in owned)
    by_pod = any(_is_owner(reference, pod) for reference in owned)
    is_surplus = not is_in_range(stateful_set, pod)
    wants_pod = when_scaled == DELETE and is_surplus
    return by_pod == wants_pod and by_set == (when_deleted == DELETE and not wants_pod)


def owners_for(claim: Obj, stateful_set: Obj, pod: Obj) -> list[Obj]:
    """Return the owner references that the claim should have."""
    kept = [reference for reference in _references(claim) if _named(reference, stateful_set, pod) is None]
    if has_conflicting_controller(claim, stateful_set, pod):
        return kept
    when_scaled, when_deleted = policy_of(stateful_set)
    if when_scaled == DELETE and not is_in_range(stateful_set, pod):
        return [*kept, reference_to(pod, PODS)]
    return [*kept, reference_to(stateful_set, STATEFULSETS)] if when_deleted == DELETE else kept


def _references(claim: Obj) -> list[Obj]:
    return claim["metadata"].get("ownerReferences") or []


def _named(reference: Obj, stateful_set: Obj, pod: Obj) -> Obj | None:
    """Return which of the two a reference names, whatever its uid."""
    if _is_named(reference, stateful_set, STATEFULSETS):
        return stateful_set
    return pod if _is_named(reference, pod, PODS) else None


def _is_named(reference: Obj, owner: Obj, kind: Kind) -> bool:
    return (reference["apiVersion"], reference["kind"], reference["name"]) == (kind.api_version, kind.kind, owner["metadata"]["name"])


def _is_owner(reference: Obj, owner: Obj) -> bool:
    return bool(reference["uid"] == owner["metadata"].get("uid", ""))
