"""Whole looks at a Job against upstream's own tables.

Many of the tables' cases turn off the gates JobManagedBy and JobPodReplacementPolicy, which 1.36 has locked on: there a Job ends at once,
here it says first what it will come to. Such a case is held against that first word.
"""

from __future__ import annotations

from contextlib import suppress

import pytest

from cluster.controller_manager.job.backoff import Record
from cluster.controller_manager.job.indexed import awaiting_replacement, failed_indexes, succeeded_indexes
from cluster.controller_manager.job.memory import Memory
from cluster.controller_manager.job.spec import COMPLETION_INDEX, TRACKING_FINALIZER, has_limit_per_index, is_indexed
from cluster.controller_manager.job.sync import sync
from cluster.controller_manager.job.tracking import track
from cluster.machinery.errors import ApiError
from cluster.machinery.meta import Obj, SimTime, after, parse_timestamp, timestamp
from tests.unit.controller_manager.job_world import KEY, NOW, FakeServer, completed, indexed_pods, pod, rows, world

FIRST_WORD = {"Complete": "SuccessCriteriaMet", "Failed": "FailureTarget"}
NO_PER_INDEX = "the case turns JobBackoffLimitPerIndex off"
NOT_DELAYED = "the case turns JobPodReplacementPolicy and JobManagedBy off, so that nothing waits for terminating pods"
RUNNING = "job has SuccessCriteriaMet condition when job meets to successPolicy and some pods still are running"
REMOVED = "job has both Complete and SuccessCriteriaMet condition when job meets to successPolicy and all pods have been already removed"
POLICY_OFF = "when the JobSuccessPolicy is disabled, the Job never got SuccessCriteriaMet condition"
AT_ONCE = "condition is not delayed; JobPodReplacementPolicy and JobManagedBy disabled"
GATE_OFF = {
    f"job with successPolicy; JobManagedBy feature enabled; {RUNNING}": NO_PER_INDEX,
    f"job with successPolicy; jobPodReplacementPolicy feature enabled; {RUNNING}": NO_PER_INDEX,
    f"job with successPolicy; jobPodReplacementPolicy feature enabled; {REMOVED}": NO_PER_INDEX,
    "job with finished indexes; failedIndexes are cleaned when JobBackoffLimitPerIndex disabled": NO_PER_INDEX,
    f"{POLICY_OFF} even if the Job has the successPolicy field": "the case turns JobSuccessPolicy off",
    f"pod is terminating; JobSuccessCriteriaMet, JobComplete {AT_ONCE}": NOT_DELAYED,
    f"pod is terminating; counted as failed, JobFailed {AT_ONCE}": NOT_DELAYED,
}
"""Cases that are not run: they need a gate off that 1.36 has locked on."""
COUNTS = ("active", "succeeded", "failed")
PARALLEL = {"selector": {"matchLabels": {"foo": "bar"}}, "template": {"metadata": {}, "spec": {"containers": []}}}


def _condition(condition: Obj) -> tuple[str, str, str, str]:
    return condition["type"], condition["status"], condition.get("reason", ""), condition.get("message", "")


def _outcome(conditions: list[Obj] | None) -> set[tuple[str, ...]]:
    """Return what conditions come to: the last word counts as the first, whose reason older tables lack for success."""
    words = [_condition(each) for each in conditions or ()]
    named = [(FIRST_WORD.get(type, type), *rest) for type, *rest in words]
    bare = ("CompletionsReached", "")
    return {each[:2] if each[0] == "SuccessCriteriaMet" and each[2] in bare else each for each in named}


def _looked(job: Obj, pods: list[Obj], server: FakeServer, memory: Memory | None = None, *, now: SimTime = NOW) -> Obj:
    """Return the status that a look writes last; what it was when nothing is written."""
    seen = world(job, pods, server, memory=memory, now=now)
    with suppress(ApiError):
        sync(seen)
    return server.statuses[-1] if server.statuses else seen.job["status"]


def _pods(row: Obj) -> list[Obj]:
    counts = {"Running": "activePods", "Pending": "pendingPods", "Succeeded": "succeededPods", "Failed": "failedPods"}
    pods = [pod(f"{phase}-{place}", phase) for phase, field in counts.items() for place in range(row.get(field) or 0)]
    pods += [pod(f"going-{place}", "Running", is_going=True) for place in range(row.get("terminatingPods") or 0)]
    for ready in [each for each in pods if each["status"]["phase"] == "Running"][: row.get("readyPods") or 0]:
        ready["status"]["conditions"] = [{"type": "Ready", "status": "True"}]
    return pods + indexed_pods(row.get("podsWithIndexes"))


def _job(row: Obj) -> Obj:
    fields = ("parallelism", "backoffLimit", "completionMode", "podFailurePolicy", "podReplacementPolicy", "activeDeadlineSeconds")
    spec = PARALLEL | {field: row[field] for field in fields if row.get(field) not in (None, "")}
    if row["completions"] >= 0:
        spec["completions"] = row["completions"]
    if "suspend" in row:
        spec["suspend"] = row["suspend"]
    return {"metadata": {"uid": "u", "name": "foobar", "namespace": "default"}, "spec": spec, "status": {}}


@pytest.mark.parametrize("row", rows("TestControllerSyncJob"))
def test_one_look(row: Obj) -> None:
    job = _job(row)
    if row["deleting"]:
        job["metadata"]["deletionTimestamp"] = timestamp(NOW)
    before = row["initialStatus"]
    if before:
        job["status"] = {"conditions": before["conditions"] or [], "active": before["active"], "failed": before["failed"]}
        if before["startTime"]:
            job["status"]["startTime"] = timestamp(NOW)
    if row["wasSuspended"]:
        job["status"]["conditions"] = [{"type": "Suspended", "status": "True", "reason": "JobSuspended", "message": "Job suspended"}]
    memory = Memory()
    if row["fakeExpectationAtCreation"] < 0:
        memory.pods.expect_deletions(KEY, -row["fakeExpectationAtCreation"], NOW)
    elif row["fakeExpectationAtCreation"] > 0:
        memory.pods.expect_creations(KEY, row["fakeExpectationAtCreation"], NOW)
    if row["backoffRecord"]:
        of = row["backoffRecord"]
        memory.remember(KEY, Record(of["failuresAfterLastSuccess"], parse_timestamp(of["lastFailureTime"])))
    now = parse_timestamp(row["controllerTime"]) if row["controllerTime"] else NOW
    error = row["podControllerError"]
    server = FakeServer(limit=row["podLimit"] or None, refusal=error["error"] if error else "")
    status = _looked(job, _pods(row), server, memory, now=now)
    indexes = [made["metadata"]["annotations"][COMPLETION_INDEX] for made in server.created if row["completionMode"]]
    # Without a terminating count in the case, a gate that 1.36 has locked on is off in it.
    terminating = row["expectedTerminating"] if row["expectedTerminating"] is not None else status.get("terminating")
    assert (
        [status.get(field, 0) for field in COUNTS],
        status.get("ready", 0),
        status.get("terminating"),
        len(server.created),
        len(server.deleted),
        len(server.released),
        sorted(indexes),
        status.get("completedIndexes", ""),
        _outcome(status.get("conditions")),
    ) == (
        [row["expectedActive"], row["expectedSucceeded"], row["expectedFailed"]],
        row["expectedReady"] or 0,
        terminating,
        row["expectedCreations"],
        row["expectedDeletions"],
        row["expectedPodPatches"],
        row["expectedCreatedIndexes"] or [],
        row["expectedCompletedIdxs"],
        _outcome(row["expectedConditions"]),
    )


@pytest.mark.parametrize("row", rows("TestSyncJobPastDeadline"))
def test_a_deadline(row: Obj) -> None:
    job = _job(row)
    job["status"]["startTime"] = timestamp(after(NOW, -row["startTime"]))
    server = FakeServer()
    status = _looked(job, _pods(row), server)
    assert ([status.get(field, 0) for field in COUNTS], len(server.deleted), _outcome(status.get("conditions"))) == (
        [row["expectedActive"], row["expectedSucceeded"], row["expectedFailed"]],
        row["expectedDeletions"],
        _outcome(row["expectedConditions"]),
    )


def _restarted(row: Obj) -> list[Obj]:
    pods = [pod(f"pod-{place}", row["podPhase"]) for place, _ in enumerate(row["restartCounts"])]
    for each, count in zip(pods, row["restartCounts"], strict=True):
        each["status"]["containerStatuses"] = [{"name": "c", "restartCount": count}]
    return pods


@pytest.mark.parametrize("row", rows("TestJobBackoffForOnFailure"))
def test_restarts_in_place(row: Obj) -> None:
    job = _job(row)
    job["spec"] = job["spec"] | {"template": {"metadata": {}, "spec": {"restartPolicy": "OnFailure", "containers": []}}}
    status = _looked(job, _restarted(row), FakeServer())
    assert ([status.get(field, 0) for field in COUNTS], _outcome(status.get("conditions"))) == (
        [row["expectedActive"], row["expectedSucceeded"], row["expectedFailed"]],
        _outcome(row["expectedConditions"]),
    )


@pytest.mark.parametrize("row", rows("TestJobBackoffOnRestartPolicyNever"))
def test_failures_without_restarts(row: Obj) -> None:
    running = [pod(f"active-{place}", row["activePodsPhase"]) for place in range(row["activePods"])]
    # The failed pods of the table ended long ago.
    failed = [pod(f"failed-{place}", "Failed") for place in range(row["failedPods"])]
    status = _looked(_job(row), [*failed, *running], FakeServer())
    assert ([status.get(field, 0) for field in COUNTS], _outcome(status.get("conditions"))) == (
        [row["expectedActive"], row["expectedSucceeded"], row["expectedFailed"]],
        _outcome(row["expectedConditions"]),
    )


def _numbered(job: Obj, pods: list[Obj]) -> list[Obj]:
    """Give pods of a case what upstream's test gives them: name, finalizer, index."""
    named = [completed(each, f"mypod-{place}") for place, each in enumerate(pods)]
    for place, each in enumerate(named):
        each["metadata"]["finalizers"] = [TRACKING_FINALIZER]
        if is_indexed(job):
            each["metadata"]["annotations"] = {COMPLETION_INDEX: str(place)} | (each["metadata"].get("annotations") or {})
    return named


def _moment(pods: list[Obj]) -> SimTime:
    """Return when the case was played: pods were deleted just then."""
    return max((parse_timestamp(at) for each in pods if (at := each["metadata"].get("deletionTimestamp"))), default=NOW)


@pytest.mark.parametrize("row", rows("TestSyncJobWithJobPodFailurePolicy"))
def test_a_pod_failure_policy(row: Obj) -> None:
    status = _looked(row["job"], _numbered(row["job"], row["pods"]), FakeServer(), now=_moment(row["pods"]))
    assert ([status.get(field, 0) for field in COUNTS], _outcome(status.get("conditions"))) == (
        [row["wantStatusActive"], row["wantStatusSucceeded"], row["wantStatusFailed"]],
        _outcome(row["wantConditions"]),
    )


PER_INDEX = (*COUNTS, "completedIndexes", "failedIndexes")


INDEXED = [
    *rows("TestSyncJobWithJobBackoffLimitPerIndex", without=tuple(GATE_OFF)),
    *rows("TestSyncJobWithJobSuccessPolicy", without=tuple(GATE_OFF)),
]


@pytest.mark.parametrize("row", INDEXED)
def test_limits_and_successes_of_indexes(row: Obj) -> None:
    pods = [completed(each, f"mypod-{place}") for place, each in enumerate(row["pods"])]
    status, want = _looked(row["job"], pods, FakeServer()), row["wantStatus"]
    assert ({field: status.get(field) for field in PER_INDEX}, _outcome(status.get("conditions"))) == (
        {field: want.get(field) for field in PER_INDEX},
        _outcome(want.get("conditions")),
    )


def _timeless(statuses: list[Obj] | None) -> list[Obj]:
    """Return statuses whose moments, which hang on when the table was written, are left out."""
    bare = [{name: value for name, value in status.items() if name not in ("completionTime", "startTime")} for status in statuses or ()]
    for status in bare:
        if status.get("conditions"):
            status["conditions"] = [_condition(each) for each in status["conditions"]]
    return bare


@pytest.mark.parametrize("row", rows("TestTrackJobStatusAndRemoveFinalizers", without=tuple(GATE_OFF)))
def test_counting(row: Obj) -> None:
    memory = Memory()
    memory.finalizers.expect(KEY, row["expectedRmFinalizers"] or ())
    refusals = [row[field]["error"] if row[field] else "" for field in ("statusUpdateErr", "podControlErr")]
    server = FakeServer(status_refusal=refusals[0], release_refusal=refusals[1])
    seen = world(row["job"], row["pods"] or [], server, memory=memory)
    if "deletionTimestamp" in row["job"]["metadata"]:
        seen.job["metadata"]["deletionTimestamp"] = timestamp(NOW)
    if is_indexed(seen.job):
        seen.succeeded_before, _ = succeeded_indexes(seen.job, seen.pods)
        seen.succeeded_indexes = seen.succeeded_before
    if has_limit_per_index(seen.job):
        seen.failed_indexes = failed_indexes(seen.job, seen.pods)
        seen.awaiting = awaiting_replacement(seen.job, seen.pods, seen.active, seen.succeeded_indexes, seen.failed_indexes, seen.going)
    seen.finished = row["finishedCond"]
    with suppress(ApiError):
        track(seen, needs_flush=row["needsFlush"])
    assert (len(server.released), _timeless(server.statuses)) == (row["wantRmFinalizers"], _timeless(row["wantStatusUpdates"]))
