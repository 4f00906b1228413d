"""What controllers ask about a Pod. Pure.

Upstream: ``pkg/api/v1/pod/util.go`` and ``pkg/controller/controller_utils.go``.
"""

from __future__ import annotations

from cluster.machinery.meta import SECOND, Obj, SimTime, parse_timestamp

READY = "Ready"


def condition_of(pod: Obj, type: str) -> Obj | None:
    """Return one condition of a pod's status. It is the pod's own: do not change it."""
    for condition in pod.get("status", {}).get("conditions") or ():
        if condition["type"] == type:
            found: Obj = condition
            return found
    return None


def is_ready(pod: Obj) -> bool:
    """Whether the pod's Ready condition is True."""
    condition = condition_of(pod, READY)
    return condition is not None and bool(condition["status"] == "True")


def ready_since(pod: Obj) -> SimTime:
    """Return when a ready pod became ready; 0 when it is not ready, or nobody said when."""
    condition = condition_of(pod, READY)
    if condition is None or condition["status"] != "True":
        return SimTime(0)
    moment = condition.get("lastTransitionTime")
    return parse_timestamp(moment) if moment else SimTime(0)


def seconds_until_available(pod: Obj, min_ready_seconds: int, now: SimTime) -> float | None:
    """Return how long until the pod counts as available: 0 when it does, None when it is not even ready."""
    return seconds_left(ready_since(pod), min_ready_seconds, now) if is_ready(pod) else None


def seconds_left(since: SimTime, min_ready_seconds: int, now: SimTime) -> float | None:
    """As ``seconds_until_available``, of a pod that is ready ``since`` a moment; None when nobody said since when."""
    if min_ready_seconds == 0:
        return 0.0
    return max(0.0, (since + min_ready_seconds * SECOND - now) / SECOND) if since else None


def phase_of(pod: Obj) -> str:
    """Return the pod's phase; empty when the status has none."""
    return str(pod.get("status", {}).get("phase", ""))


def is_terminal(pod: Obj) -> bool:
    """Whether all containers have ended for good."""
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def is_active(pod: Obj) -> bool:
    """Whether the pod counts towards a controller's replicas."""
    return "deletionTimestamp" not in pod["metadata"] and not is_terminal(pod)


def is_terminating(pod: Obj) -> bool:
    """Whether the pod is being deleted and its containers have not ended yet."""
    return "deletionTimestamp" in pod["metadata"] and not is_terminal(pod)
