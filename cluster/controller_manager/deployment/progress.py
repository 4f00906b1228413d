"""Whether a rollout gets on, is done, or is stuck. Pure.

Upstream: ``pkg/controller/deployment/progress.go`` and ``util/deployment_util.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.controller_manager.deployment.conditions import (
    PROGRESSING,
    REPLICA_FAILURE,
    find_condition,
    new_condition,
    remove_condition,
    set_condition,
)
from cluster.controller_manager.deployment.replica_sets import replicas_of
from cluster.machinery.meta import SECOND, Obj, SimTime, parse_timestamp

NEW_REPLICA_SET = "NewReplicaSetCreated"
FOUND_NEW_REPLICA_SET = "FoundNewReplicaSet"
REPLICA_SET_UPDATED = "ReplicaSetUpdated"
NEW_REPLICA_SET_AVAILABLE = "NewReplicaSetAvailable"
FAILED_CREATE = "ReplicaSetCreateError"
TIMED_OUT = "ProgressDeadlineExceeded"
PAUSED = "DeploymentPaused"
RESUMED = "DeploymentResumed"

NO_DEADLINE = 2**31 - 1
"""The greatest 32-bit number stands for: never."""


def has_progress_deadline(deployment: Obj) -> bool:
    """Whether a rollout without progress is reported after some time."""
    return deployment["spec"].get("progressDeadlineSeconds") not in (None, NO_DEADLINE)


def is_complete(deployment: Obj, status: Obj) -> bool:
    """Whether all pods are new and available, and no old ones are left."""
    counts = (status.get(name, 0) for name in ("updatedReplicas", "replicas", "availableReplicas"))
    is_observed = status.get("observedGeneration", 0) >= deployment["metadata"].get("generation", 0)
    return is_observed and all(count == replicas_of(deployment) for count in counts)


def is_progressing(before: Obj, after: Obj) -> bool:
    """Whether there are more new, ready or available pods than before, or fewer old ones."""

    def old_pods(status: Obj) -> int:
        return int(status.get("replicas", 0)) - int(status.get("updatedReplicas", 0))

    grown = any(after.get(name, 0) > before.get(name, 0) for name in ("updatedReplicas", "readyReplicas", "availableReplicas"))
    return grown or old_pods(after) < old_pods(before)


def is_timed_out(deployment: Obj, status: Obj, now: SimTime) -> bool:
    """Whether the last sign of progress is longer ago than the deadline allows."""
    condition = find_condition(status.get("conditions") or (), PROGRESSING)
    if not has_progress_deadline(deployment) or condition is None or condition.get("reason") == NEW_REPLICA_SET_AVAILABLE:
        return False
    if condition.get("reason") == TIMED_OUT:
        return True
    return _deadline(deployment, condition) < now


def with_progress(deployment: Obj, status: Obj, new: Obj | None, failures: Sequence[Obj], now: SimTime) -> Obj:
    """Return ``status`` with what is to be said about the progress. ``failures``: from ``replica_failures``."""
    before = deployment.get("status", {})
    conditions = list(status.get("conditions") or ())
    current = find_condition(before.get("conditions") or (), PROGRESSING)
    if not has_progress_deadline(deployment):
        conditions = remove_condition(conditions, PROGRESSING)
    is_known_complete = (
        status.get("replicas", 0) == status.get("updatedReplicas", 0)
        and current is not None
        and current.get("reason") == NEW_REPLICA_SET_AVAILABLE
        and not _is_of_another(current, status, new)
    )
    if has_progress_deadline(deployment) and not is_known_complete:
        subject = f'ReplicaSet "{new["metadata"]["name"]}"' if new else f'Deployment "{deployment["metadata"]["name"]}"'
        if is_complete(deployment, status):
            message = f"{subject} has successfully progressed."
            conditions = set_condition(conditions, new_condition(PROGRESSING, "True", NEW_REPLICA_SET_AVAILABLE, message, now))
        elif is_progressing(before, status):
            condition = new_condition(PROGRESSING, "True", REPLICA_SET_UPDATED, f"{subject} is progressing.", now)
            if current is not None and current["status"] == "True":
                condition["lastTransitionTime"] = current.get("lastTransitionTime")
            # Removed first, so that the moment of the last update is renewed although status and reason may stay.
            conditions = set_condition(remove_condition(conditions, PROGRESSING), condition)
        elif is_timed_out(deployment, status, now):
            message = f"{subject} has timed out progressing."
            conditions = set_condition(conditions, new_condition(PROGRESSING, "False", TIMED_OUT, message, now))
    conditions = set_condition(conditions, failures[0]) if failures else remove_condition(conditions, REPLICA_FAILURE)
    return status | {"conditions": conditions}


def replica_failures(all_sets: Sequence[Obj], new: Obj | None) -> list[Obj]:
    """Return what kept ReplicaSets from making pods, as the deployment's conditions; the new one's word goes first."""
    own = _failures([new]) if new else []
    return own or _failures(all_sets)


def seconds_until_check(deployment: Obj, status: Obj, now: SimTime) -> float | None:
    """Return when a rollout that does nothing must be looked at again (None: not at all); one second past its deadline."""
    condition = find_condition(deployment.get("status", {}).get("conditions") or (), PROGRESSING)
    if not has_progress_deadline(deployment) or condition is None:
        return None
    if is_complete(deployment, status) or condition.get("reason") == TIMED_OUT:
        return None
    return max(0.0, (_deadline(deployment, condition) - now) / SECOND) + 1


def _is_of_another(condition: Obj, status: Obj, new: Obj | None) -> bool:
    """Whether a condition tells of the success of an earlier ReplicaSet than the one whose pods are there.

    The new one is made first and told of afterwards; when the second write is lost, upstream would believe the old success for ever.
    """
    told = str(condition.get("message", ""))
    if new is None or not status.get("updatedReplicas", 0) or not told.startswith('ReplicaSet "'):
        return False
    return f'"{new["metadata"]["name"]}"' not in told


def _deadline(deployment: Obj, condition: Obj) -> SimTime:
    updated = condition.get("lastUpdateTime")
    since = parse_timestamp(updated) if updated else 0
    return SimTime(since + deployment["spec"]["progressDeadlineSeconds"] * SECOND)


def _failures(sets: Sequence[Obj]) -> list[Obj]:
    found = [c for rs in sets for c in rs.get("status", {}).get("conditions") or () if c["type"] == REPLICA_FAILURE]
    return [condition | {"lastUpdateTime": condition.get("lastTransitionTime")} for condition in found]
