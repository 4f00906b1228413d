"""What a Job asks for, and how its pods are told apart. Pure.

Upstream: ``pkg/controller/job/job_controller.go``, ``indexed_job_utils.go``, ``pkg/controller/job/util/utils.go``.
"""

from __future__ import annotations

from cluster.controller_manager.finalizers import has_finalizer
from cluster.controller_manager.pods import phase_of
from cluster.machinery.meta import Obj

TRACKING_FINALIZER = "batch.kubernetes.io/job-tracking"
"""Holds a pod until the Job has counted it."""
COMPLETION_INDEX = "batch.kubernetes.io/job-completion-index"
"""Annotation, label and source of ``JOB_COMPLETION_INDEX``: the index of a pod of an Indexed Job."""
JOB_CONTROLLER = "kubernetes.io/job-controller"
"""The value of ``managedBy`` that means this controller."""
_LARGEST = 2**63 - 1


def is_indexed(job: Obj) -> bool:
    """Whether each pod stands for one index."""
    return bool(job["spec"].get("completionMode") == "Indexed")


def has_limit_per_index(job: Obj) -> bool:
    """Whether each index may fail so many times of its own."""
    return is_indexed(job) and job["spec"].get("backoffLimitPerIndex") is not None


def only_replaces_failed(job: Obj) -> bool:
    """Whether a pod gets its replacement only once it has ended: a terminating one is waited for."""
    spec = job["spec"]
    return spec.get("podReplacementPolicy") == "Failed" or spec.get("podFailurePolicy") is not None


def is_suspended(job: Obj) -> bool:
    """Whether no pods shall run now."""
    return bool(job["spec"].get("suspend"))


def is_managed_elsewhere(job: Obj) -> bool:
    """Whether the Job names another controller than this one."""
    return (job["spec"].get("managedBy") or JOB_CONTROLLER) != JOB_CONTROLLER


def is_tracked(pod: Obj) -> bool:
    """Whether the pod still has to be counted."""
    return has_finalizer(pod, TRACKING_FINALIZER)


def is_failed(pod: Obj, job: Obj) -> bool:
    """Whether a pod counts as failed: one that is being deleted does as well, unless only ended ones are replaced."""
    phase = phase_of(pod)
    if phase == "Failed" or only_replaces_failed(job):
        return phase == "Failed"
    return "deletionTimestamp" in pod["metadata"] and phase != "Succeeded"


def number_of(text: str) -> int | None:
    """Parse a whole number as Go's ``strconv.Atoi`` does; None when it is none."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()) or int(digits) > _LARGEST:
        return None
    return int(text)


def completion_index(pod: Obj) -> int | None:
    """Return the index that the pod's annotation names; None when there is none, or it is no index."""
    index = number_of((pod["metadata"].get("annotations") or {}).get(COMPLETION_INDEX, ""))
    return index if index is not None and index >= 0 else None


def valid_index(pod: Obj, job: Obj) -> int | None:
    """Return the pod's index when the Job has such an index."""
    index = completion_index(pod)
    return index if index is not None and index < job["spec"]["completions"] else None
