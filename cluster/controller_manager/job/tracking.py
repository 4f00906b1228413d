"""Counting each ended pod exactly once, with a finalizer and a list in the status.

A pod that has ended is first written into ``status.uncountedTerminatedPods``, then loses its finalizer, then moves from the list into
the counter. A controller that dies between two of these steps finds in the cluster what it had not finished. Pods of an Indexed Job
that succeeded need no list: ``status.completedIndexes`` does as well. At most 500 pods are handled in one look, so that the status
stays small.

Upstream: ``pkg/controller/job/job_controller.go`` (``trackJobStatusAndRemoveFinalizers``), ``tracking_utils.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.client.events import NORMAL, WARNING
from cluster.controller_manager.base import is_deleting
from cluster.controller_manager.job.conditions import (
    COMPLETE,
    FAILED,
    FAILURE_TARGET,
    SUCCESS_CRITERIA_MET,
    new_condition,
    true_condition,
    with_condition,
)
from cluster.controller_manager.job.indexed import index_order
from cluster.controller_manager.job.intervals import format_intervals, has_index, total, with_indexes
from cluster.controller_manager.job.pod_failure_policy import judge
from cluster.controller_manager.job.spec import completion_index, has_limit_per_index, is_failed, is_indexed, valid_index
from cluster.controller_manager.job.world import World
from cluster.controller_manager.pods import phase_of
from cluster.machinery.errors import ApiError
from cluster.machinery.meta import Obj

MAX_UNCOUNTED_PODS = 500


def track(world: World, *, needs_flush: bool) -> None:
    """Write the status, take finalizers off, and end the Job when all is counted. ``needs_flush``: the status has changed already.

    Raises ApiError.
    """
    Tracking(world, needs_flush=needs_flush).run()


class Tracking:
    """One look's counting."""

    def __init__(self, world: World, *, needs_flush: bool) -> None:
        self._world, self._needs_flush = world, needs_flush
        self._held = {pod["metadata"]["uid"] for pod in world.pods if world.is_held(pod)}
        self._new_indexes: list[int] = []
        self._released: list[Obj] = []

    def run(self) -> None:
        """Count, flush, release, count again, flush again. Raises ApiError."""
        world = self._world
        self._count_released()
        is_cut_short = self._collect()
        if is_indexed(world.job):
            self._note_indexes()
        self._note_interim_condition()
        if self._needs_flush:
            self._flush()
            world.memory.remember(world.key, world.record)
        refusal = self._release()
        self._count_released()
        if refusal is not None:
            if self._needs_flush:
                self._flush()
            raise refusal
        is_finished = not is_cut_short and self._finish()
        if self._needs_flush or is_finished:
            self._flush()
        if is_finished and world.finished is not None:
            self._tell(world.finished)

    @property
    def _uncounted(self) -> Obj:
        uncounted: Obj = self._world.job["status"]["uncountedTerminatedPods"]
        return uncounted

    def _flush(self) -> None:
        world = self._world
        world.job = world.actions.update_status(world.job)
        world.job["status"].setdefault("uncountedTerminatedPods", {})
        self._needs_flush = False

    def _count_released(self) -> None:
        """Move the pods that have lost their finalizer from the list into the counters."""
        for field in ("succeeded", "failed"):
            listed = self._uncounted.get(field) or []
            kept = [uid for uid in listed if uid in self._held]
            if len(kept) == len(listed):
                continue
            self._needs_flush = True
            self._world.set_count(field, self._world.job["status"].get(field, 0) + len(listed) - len(kept))
            self._set_uncounted(field, kept)

    def _set_uncounted(self, field: str, uids: Sequence[str]) -> None:
        self._uncounted.pop(field, None)
        if uids:
            self._uncounted[field] = list(uids)

    def _collect(self) -> bool:
        """Choose the pods to release and list those to count; whether there were too many for one look."""
        world = self._world
        earlier = {field: frozenset(world.uncounted.get(field) or ()) for field in ("succeeded", "failed")}
        uncounted = {field: list(self._uncounted.get(field) or ()) for field in ("succeeded", "failed")}
        is_cut_short = False
        for pod in sorted(world.pods, key=index_order) if is_indexed(world.job) else world.pods:
            if not world.is_held(pod) or not self._may_go(pod):
                continue
            self._released.append(pod)
            uid = pod["metadata"]["uid"]
            if phase_of(pod) == "Succeeded" and uid not in earlier["failed"]:
                self._count_success(pod, uncounted["succeeded"])
            elif self._counts_as_failed(pod) and uid not in uncounted["failed"]:
                uncounted["failed"].append(uid)
                self._needs_flush = True
            if len(self._new_indexes) + sum(map(len, uncounted.values())) >= MAX_UNCOUNTED_PODS:
                is_cut_short = True
                break
        for field, uids in uncounted.items():
            self._set_uncounted(field, uids)
        return is_cut_short

    def _may_go(self, pod: Obj) -> bool:
        world = self._world
        if is_deleting(world.job) or world.finished is not None or phase_of(pod) == "Succeeded":
            return True
        if not is_failed(pod, world.job):
            return False
        index = completion_index(pod)
        awaiting = world.awaiting.get(index) if has_limit_per_index(world.job) and index is not None else None
        return awaiting is None or awaiting["metadata"]["uid"] != pod["metadata"]["uid"]

    def _count_success(self, pod: Obj, uncounted: list[str]) -> None:
        world, uid = self._world, pod["metadata"]["uid"]
        if not is_indexed(world.job):
            if uid not in uncounted:
                uncounted.append(uid)
                self._needs_flush = True
            return
        index = valid_index(pod, world.job)
        if index is not None and not has_index(world.succeeded_before, index):
            self._new_indexes.append(index)
            self._needs_flush = True

    def _counts_as_failed(self, pod: Obj) -> bool:
        """When the Job has failed, so have all pods that had not ended."""
        job, finished = self._world.job, self._world.finished
        is_over = finished is not None and finished["type"] != SUCCESS_CRITERIA_MET
        if not (is_failed(pod, job) or is_over) or (is_indexed(job) and valid_index(pod, job) is None):
            return False
        return judge(job["spec"].get("podFailurePolicy"), pod).is_counted

    def _note_indexes(self) -> None:
        world, status = self._world, self._world.job["status"]
        indexes = with_indexes(world.succeeded_indexes, self._new_indexes)
        completed = format_intervals(indexes)
        failed = format_intervals(world.failed_indexes) if has_limit_per_index(world.job) else None
        if completed != status.get("completedIndexes", "") or failed != status.get("failedIndexes"):
            self._needs_flush = True
        world.set_count("succeeded", total(indexes))
        status.pop("completedIndexes", None)
        status.pop("failedIndexes", None)
        status |= ({"completedIndexes": completed} if completed else {}) | ({} if failed is None else {"failedIndexes": failed})

    def _note_interim_condition(self) -> None:
        """Say what the Job will come to, before the finalizers go; prepare the condition that ends it."""
        world, finished = self._world, self._world.finished
        final = {FAILURE_TARGET: FAILED, SUCCESS_CRITERIA_MET: COMPLETE}
        if finished is None or finished["type"] not in final:
            return
        if true_condition(world.job, finished["type"]) is None:
            world.job["status"]["conditions"] = [*(world.job["status"].get("conditions") or ()), finished]
            self._needs_flush = True
        ending = final[finished["type"]]
        world.finished = new_condition(ending, "True", finished.get("reason", ""), finished.get("message", ""), world.now)

    def _release(self) -> ApiError | None:
        world, finalizers = self._world, self._world.memory.finalizers
        finalizers.expect(world.key, [pod["metadata"]["uid"] for pod in self._released])
        first: ApiError | None = None
        for pod in self._released:
            uid = pod["metadata"]["uid"]
            try:
                world.actions.release(pod)
            except ApiError as refusal:
                finalizers.observed(world.key, uid)
                if refusal.code != 404:
                    first = first or refusal
                    continue
            self._held.discard(uid)
        return first

    def _finish(self) -> bool:
        """Add the last condition, unless pods are still to be counted or have not ended."""
        world, status = self._world, self._world.job["status"]
        if world.finished is None or any(self._uncounted.get(field) for field in ("succeeded", "failed")) or world.terminating > 0:
            return False
        status["conditions"] = with_condition(status.get("conditions") or (), world.finished) or status["conditions"]
        if world.finished["type"] == COMPLETE:
            status["completionTime"] = world.finished["lastTransitionTime"]
        return True

    def _tell(self, finished: Obj) -> None:
        job, recorder = self._world.job, self._world.recorder
        if finished["type"] != COMPLETE:
            recorder.event(job, WARNING, finished.get("reason", ""), finished.get("message", ""))
            return
        completions = job["spec"].get("completions")
        if completions is not None and job["status"].get("succeeded", 0) > completions:
            recorder.event(job, WARNING, "TooManySucceededPods", "Too many succeeded pods running after completion count reached")
        recorder.event(job, NORMAL, "Completed", "Job completed")
