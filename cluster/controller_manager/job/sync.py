"""One look at a Job: what has become of it, which pods it needs, what its status says.

Upstream: ``pkg/controller/job/job_controller.go`` (``syncJob``). The feature gates that 1.36 has locked on are taken for granted.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.client.events import NORMAL
from cluster.controller_manager.base import is_deleting
from cluster.controller_manager.job.conditions import (
    FAILED,
    FAILURE_TARGET,
    SUCCESS_CRITERIA_MET,
    SUSPENDED,
    new_condition,
    true_condition,
    with_condition,
)
from cluster.controller_manager.job.indexed import awaiting_replacement, failed_indexes, succeeded_indexes
from cluster.controller_manager.job.intervals import total
from cluster.controller_manager.job.manage import manage
from cluster.controller_manager.job.pod_failure_policy import job_failure
from cluster.controller_manager.job.spec import has_limit_per_index, is_indexed, is_suspended
from cluster.controller_manager.job.success_policy import matched_rule
from cluster.controller_manager.job.tracking import track
from cluster.controller_manager.job.world import World
from cluster.controller_manager.pods import phase_of
from cluster.machinery.errors import ApiError
from cluster.machinery.meta import SECOND, Obj, SimTime, parse_timestamp, timestamp


def sync(world: World) -> None:
    """Bring a Job that has not ended one step further and write its status. Raises ApiError."""
    job, status = world.job, world.job["status"]
    trusts_cache = world.memory.pods.are_satisfied(world.key, world.now)
    if not status.get("startTime") and not is_suspended(job):
        status["startTime"] = timestamp(world.now)
    world.finished = _earlier_decision(world) or _limit_reached(world)
    if is_indexed(job):
        _count_indexes(world)
    refusal: ApiError | None = None
    has_switched = False
    if world.finished is not None:
        refusal = world.remove(world.active, lambda pod: world.actions.delete(job, pod))
        if refusal is not None or not trusts_cache:
            # Pods that are left, or not seen yet, would be counted by nobody.
            world.finished = None
    else:
        may_manage = trusts_cache and not is_deleting(job)
        if may_manage:
            refusal = manage(world)
        if _has_all(world):
            reason, message = "CompletionsReached", "Reached expected number of succeeded pods"
            world.finished = new_condition(SUCCESS_CRITERIA_MET, "True", reason, message, world.now)
        elif may_manage:
            has_switched = _note_suspension(world)
    counts = {"active": world.active_count, "ready": world.ready, "terminating": world.terminating}
    before = {"active": status.get("active", 0), "ready": status.get("ready"), "terminating": status.get("terminating")}
    world.set_count("active", world.active_count)
    status |= {"ready": world.ready, "terminating": world.terminating}
    track(world, needs_flush=has_switched or counts != before)
    if refusal is not None:
        raise refusal


def seconds_to_deadline(job: Obj, now: SimTime) -> float | None:
    """Return how long a running Job may still be active, 0 or less when its time is over; None when nothing limits it. Pure."""
    limit, started = job["spec"].get("activeDeadlineSeconds"), job.get("status", {}).get("startTime")
    if limit is None or not started or is_suspended(job):
        return None
    return float(limit - (now - parse_timestamp(started)) / SECOND)


def restarts_exceed_limit(job: Obj, pods: Sequence[Obj]) -> bool:
    """Whether the containers of pods that are restarted in place have failed too often. Pure."""
    if job["spec"]["template"]["spec"].get("restartPolicy") != "OnFailure":
        return False
    running = [pod["status"] for pod in pods if phase_of(pod) in ("Running", "Pending")]
    lists = [status.get(name) or () for status in running for name in ("initContainerStatuses", "containerStatuses")]
    restarts = sum(container.get("restartCount", 0) for containers in lists for container in containers)
    return bool(restarts >= max(1, job["spec"]["backoffLimit"]))


def _earlier_decision(world: World) -> Obj | None:
    """Return what was decided in an earlier look, or what the pod failure policy decides now."""
    met = true_condition(world.job, SUCCESS_CRITERIA_MET)
    if met is not None:
        return met
    target = true_condition(world.job, FAILURE_TARGET)
    if target is not None:
        return new_condition(FAILED, "True", target.get("reason", ""), target.get("message", ""), world.now)
    message = job_failure(world.job, world.pods)
    return _failure(world, "PodFailurePolicy", message) if message else None


def _limit_reached(world: World) -> Obj | None:
    if world.failed > world.job["spec"]["backoffLimit"] or restarts_exceed_limit(world.job, world.pods):
        return _failure(world, "BackoffLimitExceeded", "Job has reached the specified backoff limit")
    left = seconds_to_deadline(world.job, world.now)
    if left is None:
        return None
    if left <= 0:
        return _failure(world, "DeadlineExceeded", "Job was active longer than specified deadline")
    world.look_again(left)
    return None


def _failure(world: World, reason: str, message: str) -> Obj:
    return new_condition(FAILURE_TARGET, "True", reason, message, world.now)


def _count_indexes(world: World) -> None:
    job = world.job
    world.succeeded_before, world.succeeded_indexes = succeeded_indexes(job, world.pods)
    world.succeeded = total(world.succeeded_indexes)
    if has_limit_per_index(job):
        world.failed_indexes = failed_indexes(job, world.pods)
        world.finished = world.finished or _indexes_failed(world)
        world.awaiting = awaiting_replacement(job, world.pods, world.active, world.succeeded_indexes, world.failed_indexes, world.going)
    if world.finished is None:
        message = matched_rule(job["spec"].get("successPolicy"), job["spec"]["completions"], world.succeeded_indexes)
        if message:
            world.finished = new_condition(SUCCESS_CRITERIA_MET, "True", "SuccessPolicy", message, world.now)


def _indexes_failed(world: World) -> Obj | None:
    spec, failed = world.job["spec"], total(world.failed_indexes)
    limit = spec.get("maxFailedIndexes")
    if limit is not None and failed > limit:
        return _failure(world, "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes")
    if failed and failed + world.succeeded >= spec["completions"]:
        return _failure(world, "FailedIndexes", "Job has failed indexes")
    return None


def _has_all(world: World) -> bool:
    """Whether enough pods succeeded and none is left. Without completions, one success is enough."""
    completions = world.job["spec"].get("completions")
    enough = world.succeeded > 0 if completions is None else world.succeeded >= completions
    return enough and world.active_count == 0


def _note_suspension(world: World) -> bool:
    """Say whether the Job is suspended; a resumed one starts its clock anew."""
    job, status = world.job, world.job["status"]
    suspended = is_suspended(job)
    value, word = ("True", "suspended") if suspended else ("False", "resumed")
    reason, message = f"Job{word.capitalize()}", f"Job {word}"
    conditions = with_condition(status.get("conditions") or (), new_condition(SUSPENDED, value, reason, message, world.now))
    if conditions is None:
        return False
    status["conditions"] = conditions
    world.recorder.event(job, NORMAL, word.capitalize(), message)
    if not suspended:
        status["startTime"] = timestamp(world.now)
    return True
