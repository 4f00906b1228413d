"""How long a Job waits before it makes a pod again: 10 s after the first failure, doubled with each further one, 10 minutes at most. Pure.

Without a limit per index, failures since the last success count; with one, each index has a count of its own, in annotations of
its pods. Upstream: ``pkg/controller/job/backoff_utils.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cluster.controller_manager.job.spec import number_of
from cluster.controller_manager.pods import READY, condition_of
from cluster.machinery.meta import SECOND, Obj, SimTime, parse_timestamp

BACKOFF = 10.0
"""Seconds after the first failure."""
MAX_BACKOFF = 600.0
"""Seconds at most."""
FAILURE_COUNT = "batch.kubernetes.io/job-index-failure-count"
"""Annotation: how often the pod's index had failed before."""
IGNORED_FAILURE_COUNT = "batch.kubernetes.io/job-index-ignored-failure-count"
"""Annotation: how often it had failed without counting, by the pod failure policy."""


@dataclass(frozen=True, slots=True)
class Record:
    """Failures since the last success, and the time of the last one (None: there was none)."""

    failures: int = 0
    last_failure: SimTime | None = None


def next_record(record: Record, succeeded: Iterable[Obj], failed: Iterable[Obj]) -> Record:
    """Return the record after some more pods have ended."""
    failures = sorted(finished_at(pod) for pod in failed)
    last_success = max((finished_at(pod) for pod in succeeded), default=None)
    if last_success is None:
        return Record(record.failures + len(failures), failures[-1]) if failures else record
    later = [moment for moment in failures if moment > last_success]
    return Record(len(later), later[-1]) if later else Record()


def remaining(record: Record, now: SimTime, backoff: float = BACKOFF, limit: float = MAX_BACKOFF) -> float:
    """Return how many seconds are still to be waited."""
    if record.last_failure is None or not record.failures:
        return 0.0
    wait = min(backoff * 2 ** min(record.failures - 1, 30), limit) if record.failures > 1 else backoff
    return max(0.0, wait - (now - record.last_failure) / SECOND)


def remaining_for_index(last_failed: Obj | None, now: SimTime, backoff: float = BACKOFF, limit: float = MAX_BACKOFF) -> float:
    """Return how many seconds an index still waits. ``last_failed``: its failed pod that has no replacement yet."""
    if last_failed is None:
        return 0.0
    return remaining(Record(all_failures(last_failed) + 1, finished_at(last_failed)), now, backoff, limit)


def failure_count(pod: Obj, annotation: str = FAILURE_COUNT) -> int:
    """Return a failure count that a pod carries; 0 when there is none, or it is no count."""
    count = number_of((pod["metadata"].get("annotations") or {}).get(annotation, "")) or 0
    return count if 0 <= count < 2**31 else 0


def all_failures(pod: Obj) -> int:
    """Return how often the pod's index had failed before, whether it counted or not."""
    return failure_count(pod) + failure_count(pod, IGNORED_FAILURE_COUNT)


def finished_at(pod: Obj) -> SimTime:
    """Return when a pod ended: by its containers, else by its Ready condition, else by its deletion, else by its creation."""
    meta = pod["metadata"]
    if (ended := _containers_ended(pod)) is not None:
        return ended
    ready = condition_of(pod, READY)
    if ready is not None and ready["status"] == "False" and ready.get("lastTransitionTime"):
        return parse_timestamp(ready["lastTransitionTime"])
    if meta.get("deletionTimestamp"):
        return SimTime(parse_timestamp(meta["deletionTimestamp"]) - (meta.get("deletionGracePeriodSeconds") or 0) * SECOND)
    return parse_timestamp(meta["creationTimestamp"]) if meta.get("creationTimestamp") else SimTime(0)


def _containers_ended(pod: Obj) -> SimTime | None:
    """Return when the last container or sidecar ended; None while one runs, or nobody said when."""
    status = pod.get("status", {})
    sidecars = {c["name"] for c in pod["spec"].get("initContainers") or () if c.get("restartPolicy") == "Always"}
    own: Sequence[Obj] = status.get("containerStatuses") or ()
    beside = [each for each in status.get("initContainerStatuses") or () if each["name"] in sidecars]
    moments = [((each.get("state") or {}).get("terminated") or {}).get("finishedAt") for each in (*own, *beside)]
    known = [parse_timestamp(moment) for moment in moments if moment]
    return max(known) if known and len(known) == len(moments) else None
