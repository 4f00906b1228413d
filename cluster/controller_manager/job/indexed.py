"""The indexes of an Indexed Job: which succeeded, which failed, which need a pod, which pods are too many. Pure.

Upstream: ``pkg/controller/job/indexed_job_utils.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import groupby

from cluster.controller_manager.job.backoff import FAILURE_COUNT, IGNORED_FAILURE_COUNT, all_failures, failure_count, finished_at
from cluster.controller_manager.job.intervals import Intervals, gaps, has_index, parse_intervals, union, with_indexes
from cluster.controller_manager.job.pod_failure_policy import FAIL_INDEX, judge
from cluster.controller_manager.job.removal import by_activity
from cluster.controller_manager.job.spec import completion_index, is_failed, is_tracked, only_replaces_failed, valid_index
from cluster.controller_manager.pods import is_terminating, phase_of
from cluster.machinery.meta import Obj, SimTime


def index_order(pod: Obj) -> int:
    """Return the key that sorts pods by index; those without one go first."""
    index = completion_index(pod)
    return -1 if index is None else index


def succeeded_indexes(job: Obj, pods: Iterable[Obj]) -> tuple[Intervals, Intervals]:
    """Return the indexes that the status names, and those together with what succeeded since."""
    before = parse_intervals(job["status"].get("completedIndexes", ""), job["spec"]["completions"])
    new = {index for pod in pods if phase_of(pod) == "Succeeded" and is_tracked(pod) and (index := valid_index(pod, job)) is not None}
    return before, with_indexes(before, new)


def failed_indexes(job: Obj, pods: Iterable[Obj]) -> Intervals:
    """Return the indexes that failed for good, as of now."""
    before = parse_intervals(job["status"].get("failedIndexes") or "", job["spec"]["completions"])
    new = {index for pod in pods if (index := valid_index(pod, job)) is not None and is_tracked(pod) and fails_index(job, pod)}
    return with_indexes(before, new)


def fails_index(job: Obj, pod: Obj) -> bool:
    """Whether a pod is one failure too many for its index."""
    if not is_failed(pod, job):
        return False
    verdict = judge(job["spec"].get("podFailurePolicy"), pod)
    if verdict.action == FAIL_INDEX:
        return True
    return verdict.is_counted and failure_count(pod) >= job["spec"]["backoffLimitPerIndex"]


def first_pending(job: Obj, count: int, active: Iterable[Obj], pods: Iterable[Obj], succeeded: Intervals, failed: Intervals) -> list[int]:
    """Return the ``count`` lowest indexes that need a pod."""
    waiting = filter(is_terminating, pods) if only_replaces_failed(job) else ()
    taken = {index for pod in (*active, *waiting) if (index := completion_index(pod)) is not None}
    return gaps(union(with_indexes(succeeded, taken), failed), count, job["spec"]["completions"])


def awaiting_replacement(
    job: Obj, pods: Iterable[Obj], active: Iterable[Obj], succeeded: Intervals, failed: Intervals, going: Set[str]
) -> dict[int, Obj]:
    """Return by index the failed pod that must stay until its replacement has taken over its count of failures.

    ``going``: uids of pods that are released already.
    """
    replaced = {completion_index(pod) for pod in active}
    found: dict[int, Obj] = {}
    for pod in pods:
        if not (is_failed(pod, job) and is_tracked(pod)) or pod["metadata"]["uid"] in going:
            continue
        index = valid_index(pod, job)
        if index is None or index in replaced or has_index(succeeded, index) or has_index(failed, index):
            continue
        if index not in found or _latest(found[index]) <= _latest(pod):
            found[index] = pod
    return found


def _latest(pod: Obj) -> tuple[int, SimTime]:
    return all_failures(pod), finished_at(pod)


def failure_counts(job: Obj, replaced: Obj | None) -> tuple[int, int]:
    """Return how often the index of a new pod has failed, counted and ignored. ``replaced``: its last pod."""
    if replaced is None:
        return 0, 0
    counted, ignored = failure_count(replaced), failure_count(replaced, IGNORED_FAILURE_COUNT)
    if judge(job["spec"].get("podFailurePolicy"), replaced).is_counted:
        return counted + 1, ignored
    return counted, ignored + 1


def failure_annotations(job: Obj, replaced: Obj | None) -> Mapping[str, str]:
    """Return the annotations by which a new pod carries its index's failures on."""
    counted, ignored = failure_counts(job, replaced)
    own = {FAILURE_COUNT: str(counted)}
    return own | {IGNORED_FAILURE_COUNT: str(ignored)} if ignored else own


def without_duplicates(pods: Iterable[Obj], completions: int) -> tuple[list[Obj], list[Obj]]:
    """Return the pods to remove and those to keep: one of each index, none without or with too high an index."""
    removed: list[Obj] = []
    kept: list[Obj] = []
    for index, group in groupby(sorted(pods, key=index_order), key=index_order):
        same: Sequence[Obj] = list(group)
        if not 0 <= index < completions:
            removed.extend(same)
            continue
        *surplus, best = sorted(same, key=by_activity)
        removed.extend(surplus)
        kept.append(best)
    return removed, kept
