"""The conditions and the status of an autoscaler. Pure.

Upstream: ``pkg/controller/podautoscaler/horizontal.go`` (``setCondition``, ``setStatus``).
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.meta import Obj, SimTime, timestamp

ABLE_TO_SCALE = "AbleToScale"
SCALING_ACTIVE = "ScalingActive"
SCALING_LIMITED = "ScalingLimited"


def set_condition(status: Obj, type: str, value: bool, reason: str, message: str, now: SimTime) -> None:
    """Set a condition in a status; its time is that of its last change of value."""
    conditions: list[Obj] = status.get("conditions") or []
    status["conditions"] = conditions
    word = "True" if value else "False"
    said = {"status": word, "reason": reason, "message": message}
    for condition in conditions:
        if condition["type"] == type:
            moment = condition.get("lastTransitionTime") if condition["status"] == word else timestamp(now)
            condition |= {**said, "lastTransitionTime": moment}
            return
    conditions.append({"type": type, "lastTransitionTime": timestamp(now), **said})


def scaled_status(status: Obj, current: int, desired: int, metrics: Sequence[Obj] | None, rescaled_at: SimTime | None) -> Obj:
    """Return the status after a look. ``metrics``: as ``status.currentMetrics``; ``rescaled_at``: None where nothing was scaled."""
    made: Obj = {"currentMetrics": list(metrics) if metrics is not None else None, "desiredReplicas": desired}
    if current:
        made["currentReplicas"] = current
    if rescaled_at is not None:
        made["lastScaleTime"] = timestamp(rescaled_at)
    elif status.get("lastScaleTime"):
        made["lastScaleTime"] = status["lastScaleTime"]
    if status.get("conditions"):
        made["conditions"] = status["conditions"]
    return made
