"""One look at a Job: its pods sorted and counted, and what may be done to them.

Upstream: ``pkg/controller/job/job_controller.go`` (``syncJobCtx``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from cluster.controller_manager.job.backoff import Record, next_record
from cluster.controller_manager.job.intervals import Intervals
from cluster.controller_manager.job.memory import Memory
from cluster.controller_manager.job.pod_failure_policy import judge
from cluster.controller_manager.job.spec import is_failed, is_indexed, is_tracked, valid_index
from cluster.controller_manager.pods import is_active, is_ready, is_terminating, phase_of
from cluster.machinery.errors import ApiError
from cluster.machinery.meta import Key, Obj, SimTime

COUNTERS = ("active", "succeeded", "failed")


class Actions(Protocol):
    """What is asked of the API server. Each raises ApiError."""

    def create(self, job: Obj, pod: Obj) -> None:
        """Create a pod of the Job."""
        ...

    def delete(self, job: Obj, pod: Obj) -> None:
        """Ask for a pod's deletion."""
        ...

    def release(self, pod: Obj) -> None:
        """Take the tracking finalizer off a pod."""
        ...

    def update_status(self, job: Obj) -> Obj:
        """Write the Job's status; returns the Job as stored."""
        ...


class Recorder(Protocol):
    """Tells of a Job in Events."""

    def event(self, obj: Obj, type: str, reason: str, message: str) -> None:
        """Write an Event."""
        ...


class World:
    """The Job (a copy that is changed), its pods, and the numbers that its status will show."""

    def __init__(self, key: Key, job: Obj, pods: Sequence[Obj], memory: Memory, actions: Actions, recorder: Recorder, now: SimTime) -> None:
        self.key, self.job, self.pods, self.memory, self.actions, self.recorder, self.now = key, job, pods, memory, actions, recorder, now
        status = job.setdefault("status", {})
        self.uncounted: Obj = status.setdefault("uncountedTerminatedPods", {})
        self.going = memory.finalizers.expected(key)
        self.active = [pod for pod in pods if is_active(pod)]
        self.active_count = len(self.active)
        self.ready = sum(map(is_ready, self.active))
        self.terminating = sum(map(is_terminating, pods))
        new_succeeded, new_failed = self.newly_ended()
        policy = job["spec"].get("podFailurePolicy")
        self.succeeded = status.get("succeeded", 0) + len(new_succeeded) + len(self.uncounted.get("succeeded") or ())
        self.failed = status.get("failed", 0) + len(self.uncounted.get("failed") or ())
        self.failed += sum(judge(policy, pod).is_counted for pod in new_failed)
        self.record: Record = next_record(memory.record(key), new_succeeded, new_failed)
        self.finished: Obj | None = None
        """The condition that the Job is about to get."""
        self.succeeded_before: Intervals = ()
        self.succeeded_indexes: Intervals = ()
        self.failed_indexes: Intervals = ()
        self.awaiting: dict[int, Obj] = {}
        """Failed pods by index that wait for their replacement."""
        self.requeue_after: float | None = None

    def newly_ended(self) -> tuple[list[Obj], list[Obj]]:
        """Return the succeeded and the failed pods that the status does not account for yet."""
        succeeded, failed = self.uncounted.get("succeeded") or (), self.uncounted.get("failed") or ()
        new = [pod for pod in self.pods if self.is_held(pod) and (not is_indexed(self.job) or valid_index(pod, self.job) is not None)]
        return (
            [pod for pod in new if phase_of(pod) == "Succeeded" and pod["metadata"].get("uid") not in succeeded],
            [pod for pod in new if is_failed(pod, self.job) and pod["metadata"].get("uid") not in failed],
        )

    def is_held(self, pod: Obj) -> bool:
        """Whether a pod has its finalizer, and nobody has asked to take it off."""
        return is_tracked(pod) and pod["metadata"].get("uid", "") not in self.going

    def look_again(self, seconds: float) -> None:
        """Ask for another look at the Job."""
        self.requeue_after = seconds if self.requeue_after is None else min(self.requeue_after, seconds)

    def set_count(self, field: str, count: int) -> None:
        """Set a counter of the status; 0 is not written."""
        self.job["status"].pop(field, None)
        if count:
            self.job["status"][field] = count

    def remove(self, pods: Iterable[Obj], delete: Callable[[Obj], None]) -> ApiError | None:
        """Delete pods and count them as terminating; returns the first refusal."""
        first: ApiError | None = None
        for pod in pods:
            try:
                delete(pod)
            except ApiError as refusal:
                if refusal.code != 404:
                    first = first or refusal
                    self.ready -= is_ready(pod)
                    continue
            self.active_count -= 1
            self.terminating += 1
            self.ready -= is_ready(pod)
        return first
