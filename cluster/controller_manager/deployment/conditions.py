"""Conditions of a Deployment. Pure: lists go in, new lists come out.

Upstream: ``pkg/controller/deployment/util/deployment_util.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.meta import Obj, SimTime, timestamp

AVAILABLE = "Available"
PROGRESSING = "Progressing"
REPLICA_FAILURE = "ReplicaFailure"

Conditions = Sequence[Obj]


def new_condition(type: str, status: str, reason: str, message: str, now: SimTime) -> Obj:
    """Return a condition that begins now."""
    moment = timestamp(now)
    return {
        "type": type,
        "status": status,
        "lastUpdateTime": moment,
        "lastTransitionTime": moment,
        "reason": reason,
        "message": message,
    }


def find_condition(conditions: Conditions, type: str) -> Obj | None:
    """Return the condition of a type."""
    return next((condition for condition in conditions if condition["type"] == type), None)


def set_condition(conditions: Conditions, condition: Obj) -> list[Obj]:
    """Put a condition in; one with the same status and reason stays as it is.

    Where the status stays, so does the moment of the last transition.
    """
    current = find_condition(conditions, condition["type"])
    if current is not None and current["status"] == condition["status"]:
        if current.get("reason") == condition.get("reason"):
            return list(conditions)
        condition = condition | {"lastTransitionTime": current.get("lastTransitionTime")}
    return [*remove_condition(conditions, condition["type"]), condition]


def remove_condition(conditions: Conditions, type: str) -> list[Obj]:
    """Return the conditions without those of a type."""
    return [condition for condition in conditions if condition["type"] != type]
