"""The CronJob controller in a running control plane, and the time table of a schedule where clocks are changed."""

from __future__ import annotations

import pytest

from cluster.controller_manager.cronjob.timetable import timetable_of
from cluster.machinery.kinds.batch import CRONJOBS, JOBS
from cluster.machinery.meta import Obj, parse_timestamp, timestamp
from tests.unit.controller_manager.cluster_rig import NAMESPACE, ControlledRig


def _cron_job(schedule: str = "* * * * *", **spec: object) -> Obj:
    pod = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox:1"}]}}
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"template": pod}}
    meta = {"name": "cj", "namespace": NAMESPACE}
    return {"metadata": meta, "spec": {"schedule": schedule, "jobTemplate": template, **spec}}


def _rig(**spec: object) -> ControlledRig:
    rig = ControlledRig()
    rig.admin.create(CRONJOBS, _cron_job(**spec))
    rig.run()
    return rig


def _jobs(rig: ControlledRig) -> list[Obj]:
    return rig.admin.list(JOBS, NAMESPACE)


def _end(rig: ControlledRig) -> None:
    """Let every Job that runs succeed."""
    for job in _jobs(rig):
        if job["status"].get("completionTime"):
            continue
        moment = timestamp(rig.clock.now)
        ended = [{"type": type, "status": "True", "lastTransitionTime": moment} for type in ("SuccessCriteriaMet", "Complete")]
        began = job["status"].get("startTime", moment)
        status = job["status"] | {"conditions": ended, "startTime": began, "completionTime": moment}
        for gone in ("active", "ready"):
            status.pop(gone, None)
        rig.admin.update_status(JOBS, {**job, "status": status})
    rig.run()


def _status(rig: ControlledRig) -> Obj:
    status: Obj = rig.admin.get(CRONJOBS, "cj", NAMESPACE)["status"]
    return status


def test_every_full_minute_makes_a_job() -> None:
    rig = _rig()
    rig.run(121)
    names = [job["metadata"]["name"] for job in _jobs(rig)]
    minute = rig.clock.now // 60_000_000
    assert (names, [entry["name"] for entry in _status(rig)["active"]], f"Created job cj-{minute}" in rig.messages("SuccessfulCreate")) == (
        [f"cj-{minute - 1}", f"cj-{minute}"],
        [f"cj-{minute - 1}", f"cj-{minute}"],
        True,
    )


_POLICIES = [
    pytest.param("Allow", 2, [], id="Allow lets them run side by side"),
    pytest.param(
        "Forbid",
        1,
        ["Not starting job because prior execution is running and concurrency policy is Forbid"],
        id="Forbid waits for the one before",
    ),
    pytest.param("Replace", 1, [], id="Replace puts the new one in its place"),
]


@pytest.mark.parametrize(("policy", "jobs", "told"), _POLICIES)
def test_what_happens_while_another_job_runs(policy: str, jobs: int, told: list[str]) -> None:
    rig = _rig(concurrencyPolicy=policy)
    rig.run(121)
    assert (len(_status(rig)["active"]), rig.messages("JobAlreadyActive")[:1]) == (jobs, told)


def test_an_ended_job_leaves_the_active_list() -> None:
    rig = _rig()
    rig.run(61)
    name = _jobs(rig)[0]["metadata"]["name"]
    _end(rig)
    assert ("active" in _status(rig), rig.messages("SawCompletedJob")) == (False, [f"Saw completed job: {name}, condition: Complete"])


def test_history_is_kept_to_its_limit() -> None:
    rig = _rig(successfulJobsHistoryLimit=1)
    for _ in range(3):
        rig.run(61)
        _end(rig)
    assert len(_jobs(rig)) == 1


def test_a_suspended_cron_job_makes_nothing() -> None:
    rig = _rig(suspend=True)
    rig.run(130)
    assert _jobs(rig) == []


def test_a_job_that_goes_missing_is_forgotten() -> None:
    rig = _rig()
    rig.run(61)
    name = _jobs(rig)[0]["metadata"]["name"]
    rig.admin.delete(JOBS, name, NAMESPACE, propagation_policy="Background")
    rig.run(1)
    assert ("active" in _status(rig), rig.messages("MissingJob")) == (False, [f"Active job went missing: {name}"])


def test_a_second_look_writes_nothing() -> None:
    rig = _rig()
    rig.run(61)
    before = rig.admin.get(CRONJOBS, "cj", NAMESPACE)["metadata"]["resourceVersion"]
    rig.run(30)
    assert rig.admin.get(CRONJOBS, "cj", NAMESPACE)["metadata"]["resourceVersion"] == before


_NEXT = [
    pytest.param("30 2 * * *", "2026-03-07T12:00:00Z", "2026-03-09T06:30:00Z", id="an hour that is left out"),
    pytest.param("30 1 * * *", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", id="an hour that comes twice"),
    pytest.param("0 12 1 * mon", "2026-06-02T00:00:00Z", "2026-06-08T16:00:00Z", id="a day of the month or a weekday"),
    pytest.param("@every 90s", "2026-06-02T00:00:00Z", "2026-06-02T00:01:30Z", id="an interval"),
    pytest.param("0 0 31 2 *", "2026-06-02T00:00:00Z", None, id="a day that never comes"),
    pytest.param("TZ=Asia/Seoul 0 9 * * *", "2026-06-02T01:00:00Z", "2026-06-03T00:00:00Z", id="a zone within the schedule"),
]


@pytest.mark.parametrize(("schedule", "since", "expected"), _NEXT)
def test_the_next_time_in_new_york(schedule: str, since: str, expected: str | None) -> None:
    found = timetable_of(_cron_job(schedule, timeZone="America/New_York")).next(parse_timestamp(since))
    assert (timestamp(found) if found is not None else None) == expected
