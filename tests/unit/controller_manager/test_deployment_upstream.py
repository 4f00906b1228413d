"""The pure parts of the Deployment controller against every case of upstream's tables.

Not run, with the reason: see ``NOT_APPLICABLE``; ``test_every_table_is_run_or_listed`` keeps the list complete.
"""

from __future__ import annotations

import pytest

from cluster.controller_manager.deployment import progress, rolling
from cluster.controller_manager.deployment.annotations import annotations_of, non_negative, with_replicas
from cluster.controller_manager.deployment.conditions import find_condition, remove_condition, set_condition
from cluster.controller_manager.deployment.controller import matching_deployments
from cluster.controller_manager.deployment.recreate import has_old_pods_running
from cluster.controller_manager.deployment.replica_sets import (
    active_sets,
    actual_replica_count,
    find_new,
    find_old,
    is_same_template,
    replica_count,
    replica_set_name,
    terminating_replica_count,
)
from cluster.controller_manager.deployment.scaling import Scale, plan_scale, sets_to_clean_up
from cluster.controller_manager.deployment.status import deployment_status
from cluster.controller_manager.deployment.strategy import (
    max_unavailable,
    min_available,
    new_replica_count,
    replica_set_fraction,
    resolve_fenceposts,
)
from cluster.machinery.intstr import IntOrStringError
from cluster.machinery.meta import SECOND, Obj, SimTime, after, parse_timestamp
from tests.unit.controller_manager.upstream import cases, named, tables

UTIL = "util:deployment_util_test"
ROLLING = "rolling_test"
PREFIX = "TestDeploymentController_"

RUN = {
    "progress_test": {"TestRequeueStuckDeployment", "TestSyncRolloutStatus"},
    "recreate_test": {"TestOldPodsRunning", "TestScaleDownOldReplicaSets"},
    ROLLING: {
        f"{PREFIX}{name}"
        for name in (
            "cleanupUnhealthyReplicas",
            "reconcileNewReplicaSet",
            "reconcileOldReplicaSets",
            "scaleDownOldReplicaSetsForRollingUpdate",
        )
    },
    "sync_test": {f"{PREFIX}cleanupDeployment", f"{PREFIX}cleanupDeploymentOrder", "TestGenerateReplicaSetName", "TestScale"},
    UTIL: {
        f"Test{name}"
        for name in (
            "DeploymentComplete",
            "DeploymentProgressing",
            "DeploymentTimedOut",
            "EqualIgnoreHash",
            "FindNewReplicaSet",
            "FindOldReplicaSets",
            "GetCondition",
            "GetDeploymentsForReplicaSet",
            "GetNonNegativeInt32FromAnnotation",
            "GetReplicaCountForReplicaSets",
            "GetReplicaSetFraction",
            "MaxUnavailable",
            "MinAvailable",
            "NewRSNewReplicas",
            "RemoveCondition",
            "ReplicasAnnotationsNeedUpdate",
            "ResolveFenceposts",
            "SetCondition",
        )
    },
}
NOT_APPLICABLE = {
    f"{PREFIX}generateReplicaSetName": "the rule is run as TestGenerateReplicaSetName; this one also draws the hash of an empty template",
}


def test_every_table_is_run_or_listed() -> None:
    found = {(file, test) for file, test, _ in (name.split("/") for name in tables())}
    assert {pair for pair in found if pair[1] not in NOT_APPLICABLE} == {(file, test) for file, tests in RUN.items() for test in tests}


def replica_set(name: str, replicas: int, *, available: int = 0) -> Obj:
    return {
        "metadata": {"name": name, "namespace": "default", "uid": name},
        "spec": {"replicas": replicas},
        "status": {"replicas": replicas, "availableReplicas": available, "readyReplicas": available},
    }


def deployment(replicas: int, *, surge: int | str = 0, unavailable: int | str = 0, type: str = "RollingUpdate") -> Obj:
    strategy = {"type": type, "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}
    return {"metadata": {"name": "foo"}, "spec": {"replicas": replicas, "strategy": strategy}}


def sizes(scales: list[Scale]) -> dict[str, int]:
    return {scale.rs["metadata"]["name"]: scale.replicas for scale in scales}


@pytest.mark.parametrize(**named(UTIL, "TestResolveFenceposts"))
def test_resolve_fenceposts(row: Obj) -> None:
    surge, unavailable = (0 if row[name] is None else row[name] for name in ("maxSurge", "maxUnavailable"))
    if row["expectError"]:
        with pytest.raises(IntOrStringError):
            resolve_fenceposts(surge, unavailable, row["desired"])
    else:
        assert resolve_fenceposts(surge, unavailable, row["desired"]) == (row["expectSurge"], row["expectUnavailable"])


@pytest.mark.parametrize(**named(UTIL, "TestMaxUnavailable"))
def test_max_unavailable(row: Obj) -> None:
    assert max_unavailable(row["deployment"]) == row["expected"]


@pytest.mark.parametrize(**named(UTIL, "TestMinAvailable"))
def test_min_available(row: Obj) -> None:
    assert min_available(row["deployment"]) == row["expected"]


@pytest.mark.parametrize(**named(UTIL, "TestNewRSNewReplicas"))
def test_new_replica_count(row: Obj) -> None:
    new = replica_set("new", row["newRSReplicas"])
    wanted = deployment(row["depReplicas"], surge=row["maxSurge"], unavailable=1, type=row["strategyType"])
    assert new_replica_count(wanted, [replica_set("old", 10), new], new) == row["expected"]


@pytest.mark.parametrize(**named(UTIL, "TestGetReplicaSetFraction"))
def test_replica_set_fraction(row: Obj) -> None:
    rs = replica_set("rs", row["rsReplicas"])
    rs["metadata"]["annotations"] = row["rsAnnotations"]
    wanted = deployment(row["deploymentReplicas"], surge=row["deploymentMaxSurge"])
    wanted["status"] = {"replicas": row["deploymentStatusReplicas"]}
    assert replica_set_fraction(rs, wanted) == row["expectedFraction"]


@pytest.mark.parametrize(**named(UTIL, "TestGetReplicaCountForReplicaSets"))
def test_counts(row: Obj) -> None:
    counts = (replica_count(row["sets"]), actual_replica_count(row["sets"]), terminating_replica_count(row["sets"]))
    assert counts == (row["expectedCount"], row["expectedActual"], row["expectedTerminating"])


@pytest.mark.parametrize(**named(UTIL, "TestGetNonNegativeInt32FromAnnotation"))
def test_non_negative(row: Obj) -> None:
    rs = replica_set("rs", 1)
    rs["metadata"]["annotations"] = row["annotations"]
    assert non_negative(rs, "test") == (row["expectedValue"] if row["expectedValid"] else None)


@pytest.mark.parametrize(**named(UTIL, "TestReplicasAnnotationsNeedUpdate"))
def test_replicas_annotations(row: Obj) -> None:
    annotations = annotations_of(row["replicaSet"])
    assert (with_replicas(annotations, 10, 20) != annotations) is row["expected"]


@pytest.mark.parametrize(**named(UTIL, "TestEqualIgnoreHash"))
def test_same_template(row: Obj) -> None:
    assert (is_same_template(row["former"], row["latter"]), is_same_template(row["latter"], row["former"])) == (row["expected"],) * 2


@pytest.mark.parametrize(**named(UTIL, "TestFindNewReplicaSet"))
def test_find_new(row: Obj) -> None:
    assert find_new(row["deployment"], row["rsList"]) == row["expected"]


@pytest.mark.parametrize(**named(UTIL, "TestFindOldReplicaSets"))
def test_find_old(row: Obj) -> None:
    old = find_old(row["rsList"], find_new(row["deployment"], row["rsList"]))
    assert (old, active_sets(old)) == (row["expected"] or [], row["expectedRequire"] or [])


@pytest.mark.parametrize(**named(UTIL, "TestGetDeploymentsForReplicaSet"))
def test_matching_deployments(row: Obj) -> None:
    known = [d for case in cases(UTIL, "TestGetDeploymentsForReplicaSet") for d in case["expect"] or []]
    same = [d for d in known if d["metadata"]["namespace"] == row["rs"]["metadata"]["namespace"]]
    assert {d["metadata"]["name"] for d in matching_deployments(row["rs"], same)} == {d["metadata"]["name"] for d in row["expect"] or []}


@pytest.mark.parametrize(**named(UTIL, "TestGetCondition"))
def test_find_condition(row: Obj) -> None:
    assert (find_condition(row["status"]["conditions"], row["condType"]) is not None) is row["expected"]


@pytest.mark.parametrize(**named(UTIL, "TestSetCondition"))
def test_set_condition(row: Obj) -> None:
    assert set_condition(row["status"].get("conditions") or [], row["cond"]) == row["expectedStatus"]["conditions"]


@pytest.mark.parametrize(**named(UTIL, "TestRemoveCondition"))
def test_remove_condition(row: Obj) -> None:
    assert remove_condition(row["status"].get("conditions") or [], row["condType"]) == row["expectedStatus"].get("conditions", [])


@pytest.mark.parametrize(**named(UTIL, "TestDeploymentComplete"))
def test_is_complete(row: Obj) -> None:
    assert progress.is_complete(row["d"], row["d"]["status"]) is row["expected"]


@pytest.mark.parametrize(**named(UTIL, "TestDeploymentProgressing"))
def test_is_progressing(row: Obj) -> None:
    assert progress.is_progressing(row["d"]["status"], row["newStatus"]) is row["expected"]


@pytest.mark.parametrize(**named(UTIL, "TestDeploymentTimedOut"))
def test_is_timed_out(row: Obj) -> None:
    """The clock of these cases, which the data cannot carry, stands at 00:01:20, as their names say."""
    now = parse_timestamp("2016-01-01T00:01:20Z")
    assert progress.is_timed_out(row["d"], row["d"]["status"], now) is row["expected"]


@pytest.mark.parametrize(**named("progress_test", "TestRequeueStuckDeployment"))
def test_seconds_until_check(row: Obj) -> None:
    """Upstream returns the time left, and comes back one second after it; -1 ns stands for: not at all.

    Where less than a second is left it returns 0 and comes back at once, again and again; here it waits the second.
    The clock that a case needs is the one at which its answer is right: the deadline less the time left.
    """
    condition = find_condition(row["d"]["status"].get("conditions") or [], "Progressing") or {}
    expected = row["expected"]
    if expected == "-1ns":
        assert progress.seconds_until_check(row["d"], row["status"], SimTime(0)) is None
        return
    deadline = after(parse_timestamp(condition["lastUpdateTime"]), row["d"]["spec"]["progressDeadlineSeconds"])
    left = int(expected) / 1e9 if isinstance(expected, int) else float(str(expected).removesuffix("s") or 0)
    assert progress.seconds_until_check(row["d"], row["status"], SimTime(round(deadline - left * SECOND))) == left + 1


@pytest.mark.parametrize(**named("progress_test", "TestSyncRolloutStatus"))
def test_rollout_status(row: Obj) -> None:
    now = parse_timestamp("2026-01-01T00:00:00Z")
    everything = [*row["allRSs"], *([row["newRS"]] if row["newRS"] else [])]
    status = deployment_status(row["d"], everything, row["newRS"], now)
    status = progress.with_progress(row["d"], status, row["newRS"], progress.replica_failures(everything, row["newRS"]), now)
    condition = find_condition(status["conditions"], "Progressing") or {}
    told = (condition.get("type", ""), condition.get("status", ""), condition.get("reason", ""))
    assert told == (row["conditionType"], row["conditionStatus"], row["conditionReason"])
    known = find_condition(row["d"]["status"].get("conditions") or [], "Progressing") or {}
    for field, column in (("lastUpdateTime", "lastUpdate"), ("lastTransitionTime", "lastTransition")):
        if row[column]:
            # One case has lost the moments of the condition that it expects back as it was.
            assert condition[field] == (row[column] if known.get(field, "") is not None else known[field])


@pytest.mark.parametrize(**named("recreate_test", "TestOldPodsRunning"))
def test_old_pods_running(row: Obj) -> None:
    pods = {uid: owned or [] for uid, owned in (row["podMap"] or {}).items()}
    assert has_old_pods_running(row["newRS"], row["oldRSs"] or [], pods) is row["hasOldPodsRunning"]


def test_recreate_scales_old_sets_down() -> None:
    """The only case: three old pods, none wanted; the table of expected objects has that ReplicaSet with 0 replicas."""
    (row,) = cases("recreate_test", "TestScaleDownOldReplicaSets")
    (expected,) = cases("recreate_test", "TestScaleDownOldReplicaSets", "oldRSs")
    active = active_sets([replica_set("foo-0", size) for size in row["oldRSSizes"]])
    assert sizes([Scale(rs, 0) for rs in active]) == {expected["metadata"]["name"]: expected["spec"]["replicas"]}


@pytest.mark.parametrize(**named(ROLLING, f"{PREFIX}reconcileNewReplicaSet"))
def test_plan_new(row: Obj) -> None:
    new, old = replica_set("new", row["newReplicas"]), replica_set("old", row["oldReplicas"])
    plan = rolling.plan_new(deployment(row["deploymentReplicas"], surge=row["maxSurge"]), [old, new], new)
    assert (plan.replicas if plan else None) == (row["expectedNewReplicas"] if row["scaleExpected"] else None)


@pytest.mark.parametrize(**named(ROLLING, f"{PREFIX}reconcileOldReplicaSets"))
def test_plan_old(row: Obj) -> None:
    new = replica_set("new", row["newReplicas"], available=row["readyPodsFromNewRS"])
    old = replica_set("old", row["oldReplicas"], available=row["readyPodsFromOldRS"])
    plan = rolling.plan_old(deployment(row["deploymentReplicas"], unavailable=row["maxUnavailable"]), [old, new], [old], new)
    assert sizes(plan) == ({"old": row["expectedOldReplicas"]} if row["scaleExpected"] else {})


@pytest.mark.parametrize(**named(ROLLING, f"{PREFIX}cleanupUnhealthyReplicas"))
def test_clean_up_unhealthy(row: Obj) -> None:
    plan = rolling.clean_up_unhealthy([replica_set("old", row["oldReplicas"], available=row["readyPods"])], row["maxCleanupCount"])
    assert sum(row["oldReplicas"] - scale.replicas for scale in plan) == row["cleanupCountExpected"]


@pytest.mark.parametrize(**named(ROLLING, f"{PREFIX}scaleDownOldReplicaSetsForRollingUpdate"))
def test_scale_down_available(row: Obj) -> None:
    old = replica_set("old", row["oldReplicas"], available=row["readyPods"])
    plan = rolling.scale_down_available(deployment(row["deploymentReplicas"], unavailable=row["maxUnavailable"]), [old], [old])
    assert sizes(plan) == ({"old": row["expectedOldReplicas"]} if row["scaleExpected"] else {})


@pytest.mark.parametrize(**named("sync_test", "TestScale"))
def test_plan_scale(row: Obj) -> None:
    """As upstream's test does, ReplicaSets without an annotation of their own get the old deployment's size."""
    before = row["oldDeployment"]
    everything = [rs for rs in [*row["oldRSs"], row["newRS"]] if rs is not None]
    for rs in everything:
        desired = (row["desiredReplicasAnnotations"] or {}).get(rs["metadata"]["name"], before["spec"]["replicas"])
        rs["metadata"]["annotations"] = with_replicas(annotations_of(rs), desired, desired + _surge(before))
    planned = sizes(plan_scale(row["deployment"], row["newRS"], row["oldRSs"]))
    result = {rs["metadata"]["name"]: planned.get(rs["metadata"]["name"], rs["spec"]["replicas"]) for rs in everything}
    expected = [rs for rs in [*(row["expectedOld"] or []), row["expectedNew"]] if rs is not None]
    assert result == {rs["metadata"]["name"]: rs["spec"]["replicas"] for rs in expected}


def _surge(wanted: Obj) -> int:
    surge: int = wanted["spec"]["strategy"]["rollingUpdate"]["maxSurge"]
    return surge


@pytest.mark.parametrize(**named("sync_test", f"{PREFIX}cleanupDeployment"))
def test_number_of_sets_to_clean_up(row: Obj) -> None:
    wanted = {"spec": {"revisionHistoryLimit": row["revisionHistoryLimit"]}}
    assert len(sets_to_clean_up(wanted, row["oldRSs"])) == row["expectedDeletions"]


@pytest.mark.parametrize(**named("sync_test", f"{PREFIX}cleanupDeploymentOrder"))
def test_order_of_sets_to_clean_up(row: Obj) -> None:
    wanted = {"spec": {"revisionHistoryLimit": row["revisionHistoryLimit"]}}
    assert {rs["metadata"]["name"] for rs in sets_to_clean_up(wanted, row["oldRSs"])} == set(row["expectedDeletedRSs"] or [])


@pytest.mark.parametrize(**named("sync_test", "TestGenerateReplicaSetName"))
def test_replica_set_name(row: Obj) -> None:
    assert replica_set_name(row["deploymentName"], row["hash"]) == row["want"]
