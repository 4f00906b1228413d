"""Taints and tolerations.

Upstream: ``staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go``, ``staging/src/k8s.io/api/core/v1/toleration.go``.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.machinery.meta import Obj

NO_SCHEDULE, PREFER_NO_SCHEDULE, NO_EXECUTE = "NoSchedule", "PreferNoSchedule", "NoExecute"
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
"""Key of the taint of a cordoned node."""


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
