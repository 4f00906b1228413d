"""How long a pod may stay on a node with NoExecute taints. Pure.

Upstream: ``pkg/controller/tainteviction/taint_eviction.go`` and ``staging/src/k8s.io/component-helpers/scheduling/corev1``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.meta import Obj

FOREVER = -1.0


def seconds_tolerated(taints: Sequence[Obj], tolerations: Sequence[Obj]) -> float | None:
    """Return how long all taints are tolerated: None when one is not at all, ``FOREVER`` without a limit.

    Of several tolerations that match, the shortest limit counts.
    """
    used: list[Obj] = []
    for taint in taints:
        matching = next((toleration for toleration in tolerations if tolerates(toleration, taint)), None)
        if matching is None:
            return None
        used.append(matching)
    limits = [float(t["tolerationSeconds"]) for t in used if t.get("tolerationSeconds") is not None]
    return max(0.0, min(limits)) if limits else FOREVER


def tolerates(toleration: Obj, taint: Obj) -> bool:
    """Whether a toleration matches a taint: effect, key and value, where an empty one matches every."""
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    if toleration.get("operator") == "Exists":
        return True
    is_equal: bool = toleration.get("value", "") == taint.get("value", "")
    return is_equal
