"""The conditions of a Job. Pure.

A Job ends in two steps: ``SuccessCriteriaMet`` or ``FailureTarget`` says what it will come to; ``Complete`` or ``Failed`` follows when
all its pods have ended and are counted. Upstream: ``pkg/controller/job/job_controller.go``, ``pkg/apis/batch``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.meta import Obj, SimTime, timestamp

SUSPENDED = "Suspended"
SUCCESS_CRITERIA_MET = "SuccessCriteriaMet"
FAILURE_TARGET = "FailureTarget"
COMPLETE = "Complete"
FAILED = "Failed"


def new_condition(type: str, status: str, reason: str, message: str, now: SimTime) -> Obj:
    """Return a condition as of ``now``."""
    moment = timestamp(now)
    words = {"reason": reason, "message": message}
    return {"type": type, "status": status, "lastProbeTime": moment, "lastTransitionTime": moment} | {k: v for k, v in words.items() if v}


def true_condition(job: Obj, type: str) -> Obj | None:
    """Return the Job's condition of a type when it is True. It is the Job's own: do not change it."""
    for condition in job.get("status", {}).get("conditions") or ():
        if condition["type"] == type:
            found: Obj = condition
            return found if condition["status"] == "True" else None
    return None


def finished_condition(job: Obj) -> Obj | None:
    """Return ``Complete`` or ``Failed``, whichever is True."""
    return true_condition(job, COMPLETE) or true_condition(job, FAILED)


def with_condition(conditions: Sequence[Obj], new: Obj) -> list[Obj] | None:
    """Return the list with a condition set; None when it says so already, or says nothing where the new one is False."""
    for place, old in enumerate(conditions):
        if old["type"] == new["type"]:
            if all(old.get(field, "") == new.get(field, "") for field in ("status", "reason", "message")):
                return None
            return [*conditions[:place], new, *conditions[place + 1 :]]
    return None if new["status"] == "False" else [*conditions, new]
