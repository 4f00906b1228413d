"""Rules for the status of a Job: what its controller may not say, and what it may not take back.

Upstream: ``pkg/apis/batch/validation/validation.go`` (``ValidateJobUpdateStatus``), ``pkg/registry/batch/job/strategy.go``
(``getStatusValidationOptions``: most rules hold only for what a write changes).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cluster.apiserver.validation.batch.indexes import IndexesError, count_indexes, first_overlap
from cluster.apiserver.validation.batch.job import is_indexed
from cluster.apiserver.validation.fields import invalid_text, not_negative, struct_text
from cluster.apiserver.validation.metadata import validate_object_meta_update
from cluster.machinery.errors import FieldError, duplicate, invalid, required
from cluster.machinery.meta import Obj, parse_timestamp

_COUNTS = ("active", "succeeded", "failed", "ready", "terminating")
_TERMINAL = ("Failed", "Complete", "FailureTarget")


def _has(status: Obj, condition: str) -> bool:
    return any(each.get("type") == condition and each.get("status") == "True" for each in status.get("conditions") or ())


def _is_finished(status: Obj) -> bool:
    return _has(status, "Complete") or _has(status, "Failed")


@dataclass(frozen=True, slots=True)
class _Write:
    """A new status beside the one until now. ``spec``: the Job's."""

    spec: Obj
    new: Obj
    old: Obj

    def changes(self, *fields: str) -> bool:
        """Whether one of these fields, or conditions by their type, is not as it was; ``Finished``: Complete or Failed."""
        return any(self._state(self.new, field) != self._state(self.old, field) for field in fields)

    @staticmethod
    def _state(status: Obj, field: str) -> object:
        if field == "Finished":
            return _is_finished(status)
        return _has(status, field) if field[0].isupper() else status.get(field)


def _conditions(detail: str) -> FieldError:
    return FieldError("status.conditions", "FieldValueInvalid", f"Invalid value: {detail}")


def _uncounted(pods: Obj) -> Iterator[FieldError]:
    seen: set[str] = set()
    for outcome in ("succeeded", "failed"):
        for index, uid in enumerate(pods.get(outcome) or ()):
            path = f"status.uncountedTerminatedPods.{outcome}[{index}]"
            if not uid:
                yield invalid(path, uid, "must not be empty")
            elif uid in seen:
                yield duplicate(path, uid)
            seen.add(uid)


def _completion(write: _Write) -> Iterator[FieldError]:
    """When a Job is complete, and that it cannot be complete and failed."""
    new, completed = write.new, write.new.get("completionTime")
    is_complete = _has(new, "Complete")
    if write.changes("Complete", "Failed") and is_complete and _has(new, "Failed"):
        yield _conditions("cannot set Complete=True and Failed=true conditions")
    if write.changes("Complete", "FailureTarget") and is_complete and _has(new, "FailureTarget"):
        yield _conditions("cannot set Complete=True and FailureTarget=true conditions")
    if write.changes("Complete", "completionTime"):
        if completed and not is_complete:
            yield invalid("status.completionTime", completed, "cannot set completionTime when there is no Complete=True condition")
        if is_complete and not completed:
            yield required("status.completionTime", "completionTime is required for Complete jobs")
    started = new.get("startTime")
    if write.changes("startTime", "completionTime") and started and completed and parse_timestamp(completed) < parse_timestamp(started):
        yield invalid("status.completionTime", completed, "completionTime cannot be set before startTime")
    if write.changes("Failed", "FailureTarget") and _has(new, "Failed") and not _has(new, "FailureTarget"):
        yield _conditions("cannot set Failed=True condition without the FailureTarget=true condition")
    if write.changes("Complete", "SuccessCriteriaMet") and is_complete and not _has(new, "SuccessCriteriaMet"):
        yield _conditions("cannot set Complete=True condition without the SuccessCriteriaMet=true condition")


def _finish(write: _Write) -> Iterator[FieldError]:
    """Nothing of a finished Job is left running or uncounted."""
    new = write.new
    if not _is_finished(new):
        return
    if write.changes("Finished", "active") and new.get("active", 0) > 0:
        yield invalid("status.active", new["active"], "active>0 is invalid for finished job")
    is_empty = write.spec.get("suspend") is True and write.spec.get("completions") == 0
    if write.changes("Finished", "startTime") and not new.get("startTime") and not is_empty:
        yield required("status.startTime", "startTime is required for finished job")
    pods = new.get("uncountedTerminatedPods") or {}
    if write.changes("Finished", "uncountedTerminatedPods") and (pods.get("succeeded") or pods.get("failed")):
        text = struct_text(("Succeeded", pods.get("succeeded")), ("Failed", pods.get("failed")))
        yield invalid_text("status.uncountedTerminatedPods", text, "uncountedTerminatedPods needs to be empty for finished job")


def _indexes(write: _Write) -> Iterator[FieldError]:
    """Which indexes are done: well formed, below the number of completions, not both completed and failed."""
    new, completions = write.new, write.spec.get("completions")
    completed, failed = new.get("completedIndexes", ""), new.get("failedIndexes")
    per_index = write.spec.get("backoffLimitPerIndex") is not None
    if completions is not None and write.changes("completedIndexes"):
        yield from _format("completedIndexes", completed, completions)
    if completions is not None and per_index and failed is not None and write.changes("failedIndexes"):
        yield from _format("failedIndexes", failed, completions)
    if write.changes("completedIndexes") and completed and not is_indexed(write.spec):
        yield invalid("status.completedIndexes", completed, "cannot set non-empty completedIndexes when non-indexed completion mode")
    if write.changes("failedIndexes") and failed is not None and not per_index:
        yield invalid("status.failedIndexes", failed, "cannot set non-null failedIndexes when backoffLimitPerIndex is null")
    if completions is not None and failed is not None and write.changes("failedIndexes", "completedIndexes"):
        overlap = first_overlap(completed, failed, completions)
        if overlap is not None:
            yield invalid("status.failedIndexes", failed, f"failedIndexes and completedIndexes overlap at index: {overlap}")


def _format(field: str, text: str, completions: int) -> Iterator[FieldError]:
    try:
        count_indexes(text, completions)
    except IndexesError as error:
        yield invalid(f"status.{field}", text, f"error parsing {field}: {error}")


def _pods(write: _Write) -> Iterator[FieldError]:
    new = write.new
    if write.changes("Finished", "terminating") and new.get("terminating", 0) > 0 and _is_finished(new):
        yield invalid("status.terminating", new["terminating"], "terminating>0 is invalid for finished job")
    if write.changes("ready", "active") and new.get("ready", 0) > new.get("active", 0):
        yield invalid("status.ready", new.get("ready", 0), "cannot set more ready pods than active")


def _success(write: _Write) -> Iterator[FieldError]:
    new = write.new
    if _has(new, "SuccessCriteriaMet"):
        if _has(new, "Failed"):
            yield _conditions("cannot set SuccessCriteriaMet=True and Failed=true conditions")
        if _has(new, "FailureTarget"):
            yield _conditions("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions")
    elif "successPolicy" in write.spec and _has(new, "Complete"):
        yield _conditions("cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True")


def _steps(write: _Write) -> Iterator[FieldError]:
    """What was said once is not taken back."""
    spec, new, old = write.spec, write.new, write.old
    for condition in _TERMINAL:
        if _has(old, condition) and not _has(new, condition):
            yield _conditions(f"cannot disable the terminal {condition}=True condition")
    if new.get("failed", 0) < old.get("failed", 0):
        yield invalid("status.failed", new.get("failed", 0), "cannot decrease the failed counter")
    is_elastic = is_indexed(spec) and spec.get("completions") == spec.get("parallelism")
    if not is_elastic and new.get("succeeded", 0) < old.get("succeeded", 0):
        yield invalid("status.succeeded", new.get("succeeded", 0), "cannot decrease the succeeded counter")
    if new.get("completionTime") and old.get("completionTime") and write.changes("completionTime"):
        yield invalid("status.completionTime", new["completionTime"], "completionTime cannot be mutated")
    is_resumed = _has(old, "Suspended") and not _has(new, "Suspended")
    if old.get("startTime") and write.changes("startTime") and not spec.get("suspend") and not is_resumed:
        yield required("status.startTime", "startTime cannot be removed for unsuspended job")
    if _has(old, "SuccessCriteriaMet") and not _has(new, "SuccessCriteriaMet"):
        yield _conditions("cannot disable the SuccessCriteriaMet=True condition")
    if _has(old, "Complete") and not _has(old, "SuccessCriteriaMet") and _has(new, "SuccessCriteriaMet"):
        yield _conditions("cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions")


def validate_status_update(job: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a Job's status."""
    write = _Write(job["spec"], job.get("status") or {}, old.get("status") or {})
    faults = validate_object_meta_update(job["metadata"], old["metadata"])
    for field in _COUNTS:
        faults += not_negative(f"status.{field}", write.new.get(field))
    faults += _uncounted(write.new.get("uncountedTerminatedPods") or {})
    for rule in (_completion, _finish, _indexes, _pods, _success, _steps):
        faults += rule(write)
    return faults
