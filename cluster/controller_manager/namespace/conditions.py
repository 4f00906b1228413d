"""What a namespace that is being deleted says about what still holds it. Pure.

Upstream: ``pkg/controller/namespace/deletion/status_condition_utils.go``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cluster.machinery.meta import Obj, SimTime, timestamp

DISCOVERY_FAILURE = "NamespaceDeletionDiscoveryFailure"
GROUP_VERSION_FAILURE = "NamespaceDeletionGroupVersionParsingFailure"
CONTENT_FAILURE = "NamespaceDeletionContentFailure"
CONTENT_REMAINING = "NamespaceContentRemaining"
FINALIZERS_REMAINING = "NamespaceFinalizersRemaining"

_ALL_IS_WELL = {
    DISCOVERY_FAILURE: ("ResourcesDiscovered", "All resources successfully discovered"),
    GROUP_VERSION_FAILURE: ("ParsedGroupVersions", "All legacy kube types successfully parsed"),
    CONTENT_FAILURE: ("ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
    CONTENT_REMAINING: ("ContentRemoved", "All content successfully removed"),
    FINALIZERS_REMAINING: ("ContentHasNoFinalizers", "All content-preserving finalizers finished"),
}


@dataclass(frozen=True, slots=True)
class Remains:
    """What is left. ``counts``: objects by ``plural.group``; ``finalizers``: objects by finalizer; ``failures``: messages.

    ``seconds``: how long the slowest of it may take, by its own grace period.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    finalizers: Mapping[str, int] = field(default_factory=dict)
    failures: Sequence[str] = ()
    seconds: int = 0


def deletion_conditions(before: Sequence[Obj], remains: Remains, now: SimTime) -> list[Obj]:
    """Return all five conditions; one whose status, reason and message stay keeps its moment."""
    troubles = {name: condition for name, condition in _troubles(remains).items() if condition is not None}
    known = {condition["type"]: condition for condition in before}
    for name, (reason, message) in _ALL_IS_WELL.items():
        status, why, what = ("True", *troubles[name]) if name in troubles else ("False", reason, message)
        old = known.get(name, {})
        if (old.get("status"), old.get("reason"), old.get("message")) == (status, why, what):
            continue
        since = old["lastTransitionTime"] if old.get("status") == status else timestamp(now)
        known[name] = {"type": name, "status": status, "lastTransitionTime": since, "reason": why, "message": what}
    return list(known.values())


def _troubles(remains: Remains) -> dict[str, tuple[str, str] | None]:
    kinds = ", ".join(f"{kind} has {count} resource instances" for kind, count in sorted(remains.counts.items()))
    finalizers = ", ".join(f"{name} in {count} resource instances" for name, count in sorted(remains.finalizers.items()))
    failures = ", ".join(remains.failures)
    return {
        CONTENT_FAILURE: ("ContentDeletionFailed", f"Failed to delete all resource types, {len(remains.failures)} remaining: {failures}")
        if failures
        else None,
        CONTENT_REMAINING: ("SomeResourcesRemain", f"Some resources are remaining: {kinds}") if kinds else None,
        FINALIZERS_REMAINING: ("SomeFinalizersRemain", f"Some content in the namespace has finalizers remaining: {finalizers}")
        if finalizers
        else None,
    }
