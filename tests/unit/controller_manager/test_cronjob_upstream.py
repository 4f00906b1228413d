"""The CronJob controller against every case of upstream's own tests: all tables are run.

Objects of the tables have no uid; where upstream's test gives one, the builder here does.
"""

from __future__ import annotations

import re

import orjson
import pytest

from cluster.client.informer import Lister
from cluster.client.workqueue import Result
from cluster.controller_manager.base import copy_of
from cluster.controller_manager.cronjob.controller import is_rescheduled
from cluster.controller_manager.cronjob.jobs import SCHEDULED_TIMESTAMP, job_from_template, jobs_of, start_order
from cluster.controller_manager.cronjob.missed import UnkeepableScheduleError, most_recent, seconds_until_next
from cluster.controller_manager.cronjob.sync import Sync
from cluster.controller_manager.cronjob.timetable import timetable_of
from cluster.machinery.cron import ScheduleError
from cluster.machinery.errors import ApiError
from cluster.machinery.meta import Obj, SimTime, after, controller_of, parse_timestamp, timestamp
from tests.shared import shared_path

NO_DEADLINE = -12345
SYNC = "cronjob_controllerv2_test/TestControllerV2SyncCronJob/testCases"
CLEANUP = "cronjob_controllerv2_test/TestControllerV2CleanupFinishedJobs/tests"
OWNED = "cronjob_controllerv2_test/TestControllerV2GetJobsToBeReconciled/tests"
UPDATED = "cronjob_controllerv2_test/TestControllerV2UpdateCronJob/tests"
ORDER = "utils_test/TestByJobStartTime/testCases"
TEMPLATE = "utils_test/TestGetJobFromTemplate2/testCases"
RECENT = "utils_test/TestMostRecentScheduleTime/tests"
DURATION = "utils_test/TestNextScheduleTimeDuration/tests"
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0}


def _tables() -> Obj:
    tables: Obj = orjson.loads(shared_path("upstream-tables", "cronjob.json").read_bytes())["tables"]
    return tables


def _rows(table: str) -> list[object]:
    cases = _tables()[table]["cases"]
    named = cases.items() if isinstance(cases, dict) else ((row["name"], row) for row in cases)
    return [pytest.param(row, id=name) for name, row in named]


def _seconds(duration: str) -> float:
    return sum(float(number) * _UNITS[unit] for number, unit in re.findall(r"([\d.]+)(h|m|s)", duration))


def _moment(text: str | None) -> SimTime:
    """Read a moment; a case without one means the beginning of time."""
    return parse_timestamp(text) if text else SimTime(0)


class _Api:
    """Stands in for the API server: notes what is asked of it, refuses what a case says it refuses."""

    def __init__(self, cron_job: Obj, job: Obj | None, *, create: Obj | None = None, get: Obj | None = None) -> None:
        self._cron_job, self._job, self._create, self._get = cron_job, job, create, get
        self.created: list[Obj] = []
        self.deleted: list[str] = []

    def cron_job(self, namespace: str, name: str) -> Obj:
        return copy_of(self._cron_job)

    def get(self, namespace: str, name: str) -> Obj:
        if self._get is not None:
            raise ApiError(400, "BadRequest", self._get["error"])
        if self._job is None:
            raise ApiError(404, "NotFound", "not found")
        return self._job

    def create(self, job: Obj) -> Obj:
        if self._create is not None:
            raise _refusal(self._create["error"])
        self.created.append(job)
        return {**job, "metadata": {**job["metadata"], "uid": "test-uid"}}

    def delete(self, job: Obj) -> None:
        self.deleted.append(job["metadata"]["name"])


def _refusal(text: str) -> ApiError:
    if text.endswith("already exists"):
        return ApiError(409, "AlreadyExists", text)
    return ApiError(403, "Forbidden", text, {"causes": [{"reason": "NamespaceTerminating"}]})


class _Told:
    def __init__(self) -> None:
        self.events: list[tuple[str, str]] = []

    def event(self, obj: Obj, type: str, reason: str, message: str) -> None:
        self.events.append((type, reason))


def _cron_job(row: Obj) -> Obj:
    spec = {
        "schedule": row["schedule"],
        "concurrencyPolicy": row["concurrencyPolicy"],
        "suspend": row["suspend"],
        "timeZone": row["timeZone"],
        "jobTemplate": {"metadata": {"labels": {"a": "b"}, "annotations": {"x": "y"}}, "spec": {"parallelism": 1}},
    }
    if row["deadline"] != NO_DEADLINE:
        spec["startingDeadlineSeconds"] = row["deadline"]
    made = row["cronjobCreationTime"] or ("2016-05-19T08:59:00Z" if row["ranPreviously"] else "2016-05-19T09:59:00Z")
    meta = {"name": "mycronjob", "namespace": "snazzycats", "uid": "1a2b3c", "creationTimestamp": made}
    last = {"lastScheduleTime": row["lastScheduleTime"] or "2016-05-19T09:01:00Z"} if row["ranPreviously"] else {}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta, "spec": spec, "status": last}


def _earlier_job(row: Obj, cron_job: Obj) -> Obj:
    """Return the Job of a start before: it runs, or has ended ten seconds after it was due."""
    due = _moment(row["jobCreationTime"])
    known_zone = {**cron_job, "spec": {**cron_job["spec"], "timeZone": None}}
    job = job_from_template(known_zone, due)
    job["metadata"] |= {"uid": "1234"}
    if not row["stillActive"]:
        job["status"] = {"completionTime": timestamp(after(due, 10)), "conditions": [{"type": "Complete", "status": "True"}]}
    return job


@pytest.mark.parametrize("row", _rows(SYNC))
def test_a_look_at_a_cron_job(row: Obj, request: pytest.FixtureRequest) -> None:
    cron_job, jobs, job = _cron_job(row), [], None
    known = copy_of(cron_job)
    if row["ranPreviously"]:
        job = _earlier_job(row, cron_job)
        reference = {"apiVersion": "batch/v1", "kind": "Job", **{n: job["metadata"][n] for n in ("namespace", "name", "uid")}}
        known["status"]["active"] = [reference]
        if row["jobPresentInCJActiveStatus"]:
            cron_job["status"]["active"] = [reference]
        jobs = [] if row["jobStillNotFoundInLister"] else [job]
    api, told = _Api(known, job, create=row["jobCreateError"], get=row["jobGetErr"]), _Told()
    sync = Sync(copy_of(cron_job), api, told, _moment(row["now"]))
    is_refused, wait = False, None
    try:
        wait = sync.run(jobs)
    except ApiError:
        is_refused = True
    # As upstream's test does, a look that need not be refused, or taken again, is not kept from it.
    seen = {
        "refused": is_refused and row["expectErr"],
        "written": sync.has_news,
        "owners": [(controller_of(each) or {})["name"] for each in api.created],
        "deleted": len(api.deleted),
        "events": len(told.events),
        "warnings": sum(type == "Warning" for type, _ in told.events),
        "wait": wait if row["expectRequeueAfter"] else None,
    }
    because_of_forbid = request.node.callspec.id == "still active, is time, F"
    assert seen == {
        "refused": row["expectErr"],
        "written": row["expectUpdateStatus"],
        "owners": ["mycronjob"] * row["expectCreate"],
        "deleted": int(row["expectDelete"]),
        "events": because_of_forbid + sum(row[name] for name in ("expectCreate", "expectDelete", "expectCompleted", "expectedWarnings")),
        "warnings": row["expectedWarnings"],
        "wait": pytest.approx(_seconds(row["expectedRequeueDuration"])) if row["expectRequeueAfter"] else None,
    }


@pytest.mark.parametrize("row", _rows(CLEANUP))
def test_old_jobs_go(row: Obj) -> None:
    for job in row["finishedJobs"]:
        job["status"]["conditions"] = [{"type": "Complete", "status": "True"}]
    api = _Api(row["cronJob"], None, create=row["jobCreateError"])
    Sync(row["cronJob"], api, _Told(), parse_timestamp(row["now"])).clean_up(row["finishedJobs"])
    assert api.deleted == row["expectedDeletedJobs"]


@pytest.mark.parametrize("row", _rows(OWNED))
def test_the_jobs_of_a_cron_job(row: Obj) -> None:
    lister = Lister()
    for job in row["jobs"]:
        lister.replace(_with_owner_uid(job))
    row["cronJob"]["metadata"]["uid"] = row["cronJob"]["metadata"]["name"]
    assert jobs_of(lister, row["cronJob"]) == [_with_owner_uid(job) for job in row["expected"]]


def _with_owner_uid(job: Obj) -> Obj:
    """Name an owner's uid like the owner, as upstream's controller looks for the name."""
    for reference in job["metadata"].get("ownerReferences", ()):
        reference["uid"] = reference["name"]
    return job


@pytest.mark.parametrize("row", _rows(UPDATED))
def test_a_changed_schedule_changes_the_next_look(row: Obj) -> None:
    now, new = parse_timestamp("2016-05-19T09:59:59Z"), row["newCronJob"]
    wait = 0.0
    if is_rescheduled(row["oldCronJob"], new):
        try:
            wait = seconds_until_next(new, SimTime(now), timetable_of(new))
        except ScheduleError:
            wait = 0.0
    assert Result(pytest.approx(wait)) == Result(_seconds(row["expectedDelay"]))


@pytest.mark.parametrize("row", _rows(ORDER))
def test_the_order_of_starts(row: Obj) -> None:
    assert sorted(row["input"], key=start_order) == row["expected"]


_IN_ZONE = {"UTC": "2016-05-19T10:00:00Z", None: "2016-05-19T10:00:00Z", "Europe/Rome": "2016-05-19T12:00:00+02:00"}


@pytest.mark.parametrize("row", _rows(TEMPLATE))
def test_a_job_is_made_from_the_template(row: Obj) -> None:
    template = {"metadata": {"labels": {"a": "b"}, "annotations": row["inputAnnotations"]}, "spec": {"parallelism": 1}}
    spec = {"schedule": "* * * * ?", "timeZone": row["timeZone"], "jobTemplate": template}
    cron_job = {"metadata": {"name": "mycronjob", "namespace": "snazzycats", "uid": "1a2b3c"}, "spec": spec}
    made = job_from_template(cron_job, parse_timestamp("2016-05-19T10:00:00Z"))["metadata"]
    assert (made["name"], made["labels"], len(made["annotations"]), made["annotations"][SCHEDULED_TIMESTAMP]) == (
        "mycronjob-24394200",
        {"a": "b"},
        row["expectedNumberOfAnnotations"],
        _IN_ZONE[row["timeZone"]],
    )


@pytest.mark.parametrize("row", _rows(RECENT))
def test_the_start_that_is_due(row: Obj) -> None:
    cron_job, now, within = row["cj"], parse_timestamp(row["now"]), row["includeSDS"]
    timetable = timetable_of(cron_job)
    if row["wantErr"]:
        with pytest.raises(UnkeepableScheduleError):
            most_recent(cron_job, now, timetable, within_deadline=within)
        return
    recent = most_recent(cron_job, now, timetable, within_deadline=within)
    due = timestamp(recent.due) if recent.due is not None else None
    assert (timestamp(recent.earliest), due, int(recent.missed)) == (
        row["expectedEarliestTime"],
        row["expectedRecentTime"],
        row["expectedTooManyMissed"],
    )


@pytest.mark.parametrize("row", _rows(DURATION))
def test_the_next_look(row: Obj) -> None:
    wait = seconds_until_next(row["cj"], parse_timestamp(row["now"]), timetable_of(row["cj"]))
    assert wait == pytest.approx(_seconds(row["expectedDuration"]))


def test_every_table_is_run() -> None:
    assert set(_tables()) == {SYNC, CLEANUP, OWNED, UPDATED, ORDER, TEMPLATE, RECENT, DURATION}
