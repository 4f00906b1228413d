"""Making and removing a Job's pods, so that as many run as it asks for.

Pods are made in batches of 1, 2, 4, ... as every controller does. Upstream: ``pkg/controller/job/job_controller.go`` (``manageJob``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cluster.controller_manager.job.backoff import remaining, remaining_for_index
from cluster.controller_manager.job.indexed import first_pending, without_duplicates
from cluster.controller_manager.job.pod_template import job_pod
from cluster.controller_manager.job.removal import by_activity
from cluster.controller_manager.job.spec import has_limit_per_index, is_indexed, is_suspended, is_tracked, only_replaces_failed
from cluster.controller_manager.job.world import World
from cluster.controller_manager.pod_control import NAMESPACE_TERMINATING, has_cause, slow_start
from cluster.machinery.errors import ApiError
from cluster.machinery.meta import Obj, SimTime

MAX_PODS_PER_SYNC = 500
"""Pods made or deleted in one go."""


def manage(world: World) -> ApiError | None:
    """Make or remove pods, never both in one look; returns the first refusal."""
    job = world.job
    if is_suspended(job):
        return _remove(world, pods_to_remove(job, world.active, len(world.active)))
    wanted = pods_wanted(job, len(world.active), world.succeeded)
    surplus = pods_to_remove(job, world.active, max(0, len(world.active) - wanted))
    if surplus:
        return _remove(world, surplus[:MAX_PODS_PER_SYNC])
    missing = wanted - len(world.active) - (world.terminating if only_replaces_failed(job) else 0)
    return _create(world, min(missing, MAX_PODS_PER_SYNC)) if missing > 0 else None


def pods_wanted(job: Obj, active: int, succeeded: int) -> int:
    """Return how many pods shall run. Without completions: as many as in parallel, and no new ones after the first success. Pure."""
    parallelism: int = job["spec"]["parallelism"]
    completions = job["spec"].get("completions")
    if completions is None:
        return active if succeeded > 0 else parallelism
    return max(0, min(int(completions) - succeeded, parallelism))


def pods_to_remove(job: Obj, active: Sequence[Obj], at_least: int) -> list[Obj]:
    """Return the pods to remove: all with a wrong or a doubled index, then the least active ones. Pure."""
    removed, left = without_duplicates(active, job["spec"]["completions"]) if is_indexed(job) else ([], list(active))
    if len(removed) < at_least:
        removed += sorted(left, key=by_activity)[: at_least - len(removed)]
    return removed


def indexes_to_make(indexes: Sequence[int], awaiting: Mapping[int, Obj], now: SimTime) -> tuple[list[int], float]:
    """Return the indexes whose back-off is over; when there are none, in how many seconds the first one's is. Pure."""
    waits = {index: remaining_for_index(awaiting.get(index), now) for index in indexes}
    due = [index for index, wait in waits.items() if not wait]
    return due, 0.0 if due else min(waits.values(), default=0.0)


def _create(world: World, count: int) -> ApiError | None:
    job = world.job
    per_index = has_limit_per_index(job)
    wait = 0.0 if per_index else remaining(world.record, world.now)
    indexes: list[int] = []
    if not wait and is_indexed(job):
        indexes = first_pending(job, count, world.active, world.pods, world.succeeded_indexes, world.failed_indexes)
        if per_index:
            indexes, wait = indexes_to_make(indexes, world.awaiting, world.now)
        count = len(indexes)
    if wait:
        # As upstream: while a pod is waited for, the status shows none as active.
        world.look_again(wait)
        world.active_count = 0
        return None
    expectations, due = world.memory.pods, iter(indexes)
    expectations.expect_creations(world.key, count, world.now)

    def create_one() -> None:
        index = next(due, None)
        replaced = world.awaiting.get(index) if index is not None else None
        try:
            world.actions.create(job, job_pod(job, index, replaced))
        except ApiError as refusal:
            if not has_cause(refusal, NAMESPACE_TERMINATING):
                raise

    made, refusal = slow_start(count, create_one)
    expectations.lower_creations(world.key, count - made)
    world.active_count += made
    return refusal


def _remove(world: World, pods: Sequence[Obj]) -> ApiError | None:
    """Delete pods that are not to be counted: their finalizer goes first."""
    expectations = world.memory.pods
    expectations.expect_deletions(world.key, len(pods), world.now)

    def delete(pod: Obj) -> None:
        try:
            if is_tracked(pod):
                world.actions.release(pod)
            world.actions.delete(world.job, pod)
        except ApiError:
            expectations.deletion_observed(world.key)
            raise

    return world.remove(pods, delete)
