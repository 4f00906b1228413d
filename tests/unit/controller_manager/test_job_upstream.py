"""The pure parts of the Job controller against upstream's own tables; every table is run or listed in ``NOT_RUN``."""

from __future__ import annotations

import pytest

from cluster.controller_manager.job.backoff import Record, failure_count, finished_at, next_record, remaining, remaining_for_index
from cluster.controller_manager.job.conditions import new_condition, with_condition
from cluster.controller_manager.job.indexed import (
    awaiting_replacement,
    failed_indexes,
    fails_index,
    failure_counts,
    first_pending,
    succeeded_indexes,
    without_duplicates,
)
from cluster.controller_manager.job.intervals import has_index
from cluster.controller_manager.job.manage import indexes_to_make
from cluster.controller_manager.job.memory import FinalizerExpectations, Memory
from cluster.controller_manager.job.pod_failure_policy import FAIL_INDEX, judge
from cluster.controller_manager.job.pod_template import generate_name
from cluster.controller_manager.job.success_policy import matched_rule
from cluster.controller_manager.job.sync import seconds_to_deadline
from cluster.machinery.meta import SECOND, Key, Obj, SimTime, after, parse_timestamp, timestamp
from tests.unit.controller_manager.job_world import (
    KEY,
    NOW,
    FakeServer,
    indexed_pods,
    intervals,
    rows,
    seconds,
    tables,
    world,
)

METRICS = "counts for Prometheus, which the simulated process does not export"
GANG = "the alpha gate WorkloadWithJob: the API serves no Workload and no PodGroup"
NOT_RUN = {
    "TestRecordFinishedPodWithTrackingFinalizer": METRICS,
    "TestRecordJobPodFailurePolicyActions": METRICS,
    "TestBuildPodGroupTemplates": GANG,
    "TestComputePodGroupName": GANG,
    "TestComputeWorkloadName": GANG,
    "TestEnsureWorkloadAndPodGroup": GANG,
    "TestShouldManageWorkloadForJob": GANG,
}
HERE = {
    "TestGetFinishedTime",
    "TestGetRemainingBackoffTime",
    "TestGetRemainingBackoffTimePerIndex",
    "TestNewBackoffRecord",
    "TestAppendDuplicatedIndexPodsForRemoval",
    "TestCalculateFailedIndexes",
    "TestCalculateSucceededIndexes",
    "TestFirstPendingIndexes",
    "TestGetIndexFailureCount",
    "TestGetNewIndexFailureCountValue",
    "TestGetPodsWithDelayedDeletionPerIndex",
    "TestIntervalsHaveIndex",
    "TestIsIndexFailed",
    "TestPodGenerateNameWithIndex",
    "TestEnsureJobConditions",
    "TestGetNewFinshedPods",
    "TestGetPodCreationInfoForIndependentIndexes",
    "TestMatchPodFailurePolicy",
    "TestMatchSuccessPolicy",
    "TestUIDTrackingExpectations",
    "TestPastDeadlineJobFinished",
}
WHOLE_SYNC = {
    "TestControllerSyncJob",
    "TestJobBackoffForOnFailure",
    "TestJobBackoffOnRestartPolicyNever",
    "TestSyncJobPastDeadline",
    "TestSyncJobWithJobBackoffLimitPerIndex",
    "TestSyncJobWithJobPodFailurePolicy",
    "TestSyncJobWithJobSuccessPolicy",
    "TestTrackJobStatusAndRemoveFinalizers",
}
"""Run in ``test_job_sync_upstream.py``."""
HANDLERS = {
    "TestGetPodsForJob",
    "TestJobBackoff",
    "TestJobPodLookup",
    "TestSyncJobPodSchedulingGroup",
    "TestSyncJobUpdateRequeue",
    "TestSyncJobWhenManagedBy",
    "TestSyncOrphanPod",
    "TestUpdateJobRequeue",
    "TestWatchOrphanPods",
}
"""Run in ``test_job_handlers_upstream.py``."""


def test_every_table_is_run_or_listed() -> None:
    assert {name.split("/")[1] for name in tables()} == HERE | WHOLE_SYNC | HANDLERS | set(NOT_RUN)


@pytest.mark.parametrize("row", rows("TestGetFinishedTime"))
def test_when_a_pod_ended(row: Obj) -> None:
    assert timestamp(finished_at(row["pod"])) == row["wantFinishTime"]


@pytest.mark.parametrize("row", rows("TestGetRemainingBackoffTime"))
def test_what_is_left_of_a_back_off(row: Obj) -> None:
    of, now = row["backoffRecord"], row["currentTime"]
    last = parse_timestamp(of["lastFailureTime"]) if of["lastFailureTime"] else None
    record = Record(of["failuresAfterLastSuccess"], last)
    left = remaining(record, parse_timestamp(now) if now else NOW, seconds(row["defaultBackoff"]), seconds(row["maxBackoff"]))
    assert left == seconds(row["wantDuration"])


@pytest.mark.parametrize("row", rows("TestGetRemainingBackoffTimePerIndex"))
def test_what_is_left_of_the_back_off_of_an_index(row: Obj) -> None:
    now = parse_timestamp(row["currentTime"]) if row["currentTime"] else NOW
    left = remaining_for_index(row["lastFailedPod"], now, seconds(row["defaultBackoff"]), seconds(row["maxBackoff"]))
    assert left == seconds(row["wantDuration"])


def _ended(moment: str) -> Obj:
    return {"metadata": {}, "spec": {}, "status": {"containerStatuses": [{"name": "c", "state": {"terminated": {"finishedAt": moment}}}]}}


STORED = {
    "Backoff store having failure count 2 and one new failure": Record(2, parse_timestamp("2009-11-10T22:59:59Z")),
    "Backoff store with failure count 2, empty new failures and succeeded pods": Record(2, parse_timestamp("2009-11-10T23:00:00Z")),
}

TOO_CLOSE = "Empty backoff store, two failures, one success and two more failures"
"""Its pods end milliseconds after each other, and the table has seconds."""


@pytest.mark.parametrize("row", rows("TestNewBackoffRecord", without=(TOO_CLOSE,)))
def test_the_record_of_failures(row: Obj, request: pytest.FixtureRequest) -> None:
    before = next((record for name, record in STORED.items() if name in request.node.name), Record())
    record = next_record(before, map(_ended, row["newSucceededPods"] or ()), map(_ended, row["newFailedPods"] or ()))
    want = row["wantBackoffRecord"]
    last = parse_timestamp(want["lastFailureTime"]) if want["lastFailureTime"] else None
    assert record == Record(want["failuresAfterLastSuccess"], last)


@pytest.mark.parametrize("row", rows("TestAppendDuplicatedIndexPodsForRemoval"))
def test_of_each_index_one_pod_stays(row: Obj) -> None:
    removed, kept = without_duplicates(indexed_pods(row["pods"]), row["completions"])
    assert [[(p["metadata"].get("annotations"), p["status"]["phase"]) for p in pods] for pods in (removed, kept)] == [
        [(p["metadata"].get("annotations"), p["status"]["phase"]) for p in indexed_pods(row[field])] for field in ("wantRm", "wantLeft")
    ]


@pytest.mark.parametrize("row", rows("TestCalculateFailedIndexes"))
def test_which_indexes_failed(row: Obj) -> None:
    assert failed_indexes(row["job"], row["pods"]) == intervals(row["wantFailedIndexes"])


@pytest.mark.parametrize("row", rows("TestCalculateSucceededIndexes"))
def test_which_indexes_succeeded(row: Obj) -> None:
    job = {"spec": {"completions": row["completions"]}, "status": {"completedIndexes": row["prevSucceeded"]}}
    pods = [
        p if each.get("HasTrackingFinalizer", True) else {**p, "metadata": {**p["metadata"], "finalizers": []}}
        for each, p in zip(row["pods"] or (), indexed_pods(row["pods"]), strict=True)
    ]
    assert succeeded_indexes(job, pods) == (intervals(row["wantStatusIntervals"]), intervals(row["wantIntervals"]))


@pytest.mark.parametrize("row", rows("TestFirstPendingIndexes"))
def test_which_indexes_come_next(row: Obj) -> None:
    job = {"spec": {"completions": row["completions"]}}
    active = indexed_pods(row["activePods"])
    found = first_pending(job, row["cnt"], active, active, intervals(row["succeededIndexes"]), intervals(row["failedIndexes"]))
    assert found == (row["want"] or [])


@pytest.mark.parametrize("row", rows("TestGetIndexFailureCount"))
def test_the_failure_count_of_a_pod(row: Obj) -> None:
    assert failure_count(row["pod"]) == row["wantResult"]


@pytest.mark.parametrize("row", rows("TestGetNewIndexFailureCountValue"))
def test_the_failure_counts_of_a_replacement(row: Obj) -> None:
    assert failure_counts(row["job"], row["pod"]) == (row["wantNewIndexFailureCount"], row["wantNewIndexIgnoredFailureCount"])


@pytest.mark.parametrize("row", rows("TestGetPodsWithDelayedDeletionPerIndex"))
def test_which_failed_pods_wait_for_their_replacement(row: Obj) -> None:
    job, pods = row["job"], row["pods"]
    job["spec"]["completionMode"] = "Indexed"
    active = [p for p in pods if p["status"].get("phase") not in ("Succeeded", "Failed") and "deletionTimestamp" not in p["metadata"]]
    succeeded, failed = succeeded_indexes(job, pods)[1], failed_indexes(job, pods)
    waiting = awaiting_replacement(job, pods, active, succeeded, failed, frozenset(row["expectedRmFinalizers"] or ()))
    assert sorted(p["metadata"]["uid"] for p in waiting.values()) == sorted(row["wantPodsWithDelayedDeletionPerIndex"] or [])


@pytest.mark.parametrize("row", rows("TestIntervalsHaveIndex"))
def test_whether_an_index_is_there(row: Obj) -> None:
    assert has_index(intervals(row["intervals"]), row["index"]) == row["wantHas"]


@pytest.mark.parametrize("row", rows("TestIsIndexFailed"))
def test_whether_a_pod_fails_its_index(row: Obj) -> None:
    assert fails_index(row["job"], row["pod"]) == row["wantResult"]


@pytest.mark.parametrize("row", rows("TestPodGenerateNameWithIndex"))
def test_what_a_name_begins_with(row: Obj) -> None:
    assert generate_name(row["jobname"], row["index"]) == row["wantPodGenerateName"]


@pytest.mark.parametrize("row", rows("TestEnsureJobConditions"))
def test_setting_a_condition(row: Obj) -> None:
    changed = with_condition(row["haveList"], new_condition(row["wantType"], row["wantStatus"], row["wantReason"], "", NOW))
    found = [(each["type"], each["status"], each.get("reason")) for each in (row["haveList"] if changed is None else changed)]
    expected = [(each["type"], each["status"], each.get("reason")) for each in row["expectList"]]
    assert (changed is not None, found) == (row["expectUpdate"], expected)


@pytest.mark.parametrize("row", rows("TestGetNewFinshedPods"))
def test_how_many_pods_ended_since(row: Obj) -> None:
    memory = Memory()
    memory.finalizers.expect(KEY, row["expectedRmFinalizers"] or ())
    seen = world(row["job"], row["pods"], FakeServer(), memory=memory)
    assert (seen.succeeded, seen.failed) == (row["wantSucceeded"], row["wantFailed"])


@pytest.mark.parametrize("row", rows("TestGetPodCreationInfoForIndependentIndexes"))
def test_which_indexes_are_due(row: Obj) -> None:
    waiting = {int(index): p for index, p in (row["podsWithDelayedDeletionPerIndex"] or {}).items()}
    now = parse_timestamp("2026-11-21T01:12:58Z")
    assert indexes_to_make(row["indexesToAdd"], waiting, now) == (row["wantIndexesToAdd"] or [], seconds(row["wantRemainingTime"]))


@pytest.mark.parametrize("row", rows("TestMatchPodFailurePolicy"))
def test_what_a_failed_pod_means(row: Obj) -> None:
    verdict = judge(row["podFailurePolicy"], row["failedPod"])
    # Without limits per index, which 1.36 always has, a case knows no FailIndex.
    is_off = verdict.action == FAIL_INDEX and not row["enableJobBackoffLimitPerIndex"]
    expected = (row["wantJobFailureMessage"] or "", row["wantCountFailed"], FAIL_INDEX if is_off else row["wantAction"] or "")
    assert (verdict.message, verdict.is_counted, verdict.action) == expected


@pytest.mark.parametrize("row", rows("TestMatchSuccessPolicy"))
def test_whether_enough_indexes_succeeded(row: Obj) -> None:
    message = matched_rule(row["successPolicy"], row["completions"], intervals(row["succeededIndexes"]))
    assert (message, bool(message)) == (row["wantMessage"], row["wantMetSuccessPolicy"])


@pytest.mark.parametrize("row", rows("TestUIDTrackingExpectations"))
def test_finalizers_that_are_awaited(row: Obj) -> None:
    expectations, key = FinalizerExpectations(), Key(row["job"])
    expectations.expect(key, row["firstRound"])
    expectations.observed(key, row["firstRound"][0])
    expectations.expect(key, row["secondRound"])
    assert expectations.expected(key) == {*row["firstRound"][1:], *row["secondRound"]}


@pytest.mark.parametrize("row", rows("TestPastDeadlineJobFinished"))
def test_a_deadline_counts_from_the_start(row: Obj) -> None:
    started = after(NOW, -1)
    job = {"spec": {"activeDeadlineSeconds": 1}, "status": {"startTime": timestamp(started)}}
    assert seconds_to_deadline(job, SimTime(started + SECOND)) == 0
