"""Deletes Jobs that have ended, ``spec.ttlSecondsAfterFinished`` after their end.

Asks the API server once more before it deletes: the time may have been set higher meanwhile. Upstream: ``pkg/controller/ttlafterfinished``.
"""

from __future__ import annotations

from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, is_deleting
from cluster.controller_manager.job.conditions import finished_condition
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.batch import JOBS
from cluster.machinery.meta import SECOND, Key, Obj, SimTime, key_of, parse_timestamp, split_key


class TtlAfterFinishedController:
    """The lane ``kube-controller-manager/ttlafterfinished``."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._clock = lane.client, lane.engine.clock
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile, background=True, scheduled=True)
        self._jobs = lane.follow(JOBS, self._queue, on_add=self._enqueue, on_update=self._on_update, on_delete=self._ignore)

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Delete a Job whose time is over, or wait for that. Raises ApiError."""
        namespace, name = split_key(key)
        job = self._jobs.get(name, namespace)
        left = seconds_left(job, now) if job is not None else None
        if left is None or left > 0:
            return Result(requeue_after=left)
        try:
            fresh = self._client.get(JOBS, name, namespace)
            left = seconds_left(fresh, now)
            if left is None or left > 0:
                return Result(requeue_after=left)
            self._client.delete(JOBS, name, namespace, uid=fresh["metadata"]["uid"], propagation_policy="Foreground")
        except ApiError as refusal:
            if refusal.code != 404:
                raise
        return Result()

    def _enqueue(self, job: Obj) -> None:
        left = seconds_left(job, self._clock.now)
        if left is not None:
            self._queue.add_after(key_of(job), left)

    def _on_update(self, old: Obj, new: Obj) -> None:
        self._enqueue(new)

    def _ignore(self, job: Obj) -> None:
        """A Job that is gone needs nothing more."""


def seconds_left(job: Obj, now: SimTime) -> float | None:
    """Return how long a Job that has ended is kept; None for one that runs, is kept for good or is going already. Pure."""
    limit, ended = job["spec"].get("ttlSecondsAfterFinished"), finished_condition(job)
    if limit is None or ended is None or is_deleting(job):
        return None
    return float(limit - (now - parse_timestamp(ended["lastTransitionTime"])) / SECOND)
