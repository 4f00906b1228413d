"""Taints and tolerations.

Upstream: ``staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go``, ``staging/src/k8s.io/api/core/v1/toleration.go``,
``pkg/util/tolerations/tolerations.go`` (merging).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cluster.machinery.meta import Obj

NO_SCHEDULE, PREFER_NO_SCHEDULE, NO_EXECUTE = "NoSchedule", "PreferNoSchedule", "NoExecute"
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
"""Key of the taint of a cordoned node."""
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
"""Key of the taint by which somebody says that a node that is not ready has no power either: nothing runs there."""


def tolerates(toleration: Obj, taint: Obj) -> bool:
    """Whether one toleration covers one taint. Empty effect or key: any."""
    if toleration.get("effect") and toleration["effect"] != taint.get("effect"):
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    match toleration.get("operator") or "Equal":
        case "Exists":
            return True
        case "Equal":
            return bool((toleration.get("value") or "") == (taint.get("value") or ""))
    return False


def is_tolerated(taint: Obj, tolerations: Iterable[Obj]) -> bool:
    """Whether any toleration covers the taint."""
    return any(tolerates(toleration, taint) for toleration in tolerations)


def find_untolerated(taints: Iterable[Obj], tolerations: Iterable[Obj], effects: tuple[str, ...]) -> Obj | None:
    """Return the first taint with one of ``effects`` that no toleration covers, or None."""
    for taint in taints:
        if taint.get("effect") in effects and not is_tolerated(taint, tolerations):
            return taint
    return None


def merge_tolerations(tolerations: Sequence[Obj]) -> list[Obj]:
    """Leave out each toleration that another one covers; of equal ones the first stays."""
    merged: list[Obj] = []
    for index, toleration in enumerate(tolerations):
        later = (other for other in tolerations[index + 1 :] if other != toleration)
        if not any(_covers(other, toleration) for other in (*merged, *later)):
            merged.append(toleration)
    return merged


def _covers(wide: Obj, narrow: Obj) -> bool:
    """Whether one toleration tolerates all that another one does."""
    if wide == narrow:
        return True
    operator, effect, seconds = wide.get("operator", ""), wide.get("effect", ""), wide.get("tolerationSeconds")
    if narrow.get("key", "") != wide.get("key", "") and (wide.get("key") or operator != "Exists"):
        return False
    if effect and narrow.get("effect", "") != effect:
        return False
    if effect == NO_EXECUTE and seconds is not None:
        other = narrow.get("tolerationSeconds")
        if other is None or other > seconds:
            return False
    if operator in ("Equal", ""):
        return bool(narrow.get("operator", "") == "Equal" and narrow.get("value", "") == wide.get("value", ""))
    return bool(operator == "Exists")
