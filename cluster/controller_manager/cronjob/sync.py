"""One look at a CronJob: note what its Jobs have come to, then start one if that is due.

It runs against two seams, which the tests of upstream's cases stand in for: ``Jobs`` (the API server's Jobs and CronJobs) and ``Tell``
(Events). What it learns goes into the ``status`` of the CronJob it is given.

Upstream: ``pkg/controller/cronjob/cronjob_controllerv2.go`` (``syncCronJob``).
"""

from __future__ import annotations

import datetime
from typing import Protocol

from cluster.client.events import NORMAL, WARNING
from cluster.controller_manager.base import is_deleting
from cluster.controller_manager.cronjob.jobs import (
    COMPLETE,
    finished_condition,
    job_from_template,
    job_name,
    jobs_to_clean_up,
)
from cluster.controller_manager.cronjob.missed import Missed, UnkeepableScheduleError, most_recent, seconds_until_next
from cluster.controller_manager.cronjob.timetable import Timetable, TimeZoneError, load_zone, timetable_of
from cluster.controller_manager.pod_control import NAMESPACE_TERMINATING, has_cause
from cluster.machinery.cron import ScheduleError
from cluster.machinery.errors import ApiError, quote
from cluster.machinery.kinds.batch import JOBS
from cluster.machinery.meta import SECOND, Obj, SimTime, controller_of, parse_timestamp, timestamp

_HELP = "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"


class Jobs(Protocol):
    """What a look needs of the API server. Every method raises ApiError."""

    def cron_job(self, namespace: str, name: str) -> Obj: ...

    def get(self, namespace: str, name: str) -> Obj: ...

    def create(self, job: Obj) -> Obj: ...

    def delete(self, job: Obj) -> None: ...


class Tell(Protocol):
    """Writes an Event about an object."""

    def event(self, obj: Obj, type: str, reason: str, message: str) -> None: ...


class Sync:
    """A look at one CronJob. ``cron_job``: a copy, whose ``status`` is brought up to date even where a step fails."""

    def __init__(self, cron_job: Obj, api: Jobs, tell: Tell, now: SimTime) -> None:
        self.cron_job, self._api, self._tell, self._now = cron_job, api, tell, now
        self._known: Obj = dict(cron_job.setdefault("status", {}))

    @property
    def has_news(self) -> bool:
        """Whether the status is another one than the API server has."""
        return bool(self.cron_job["status"] != self._known)

    def clean_up(self, jobs: list[Obj]) -> None:
        """Delete ended Jobs above the history limits."""
        for job in jobs_to_clean_up(self.cron_job, jobs):
            self._delete(job)

    def run(self, jobs: list[Obj]) -> float | None:
        """Look at the Jobs, start one if it is due; return the seconds until the next look, None for none before something
        changes. Raises ApiError."""
        for job in jobs:
            self._note(job)
        self._forget_missing({job["metadata"].get("uid", "") for job in jobs})
        if is_deleting(self.cron_job):
            return None
        spec = self.cron_job["spec"]
        if not self._has_known_zone(spec.get("timeZone")) or spec.get("suspend"):
            return None
        try:
            timetable = self._timetable()
            recent = most_recent(self.cron_job, self._now, timetable, within_deadline=True)
        except ScheduleError as error:
            self._event(WARNING, "UnparseableSchedule", f"unparseable schedule: {quote(spec['schedule'])} : {error}")
            return None
        except UnkeepableScheduleError as error:
            self._event(WARNING, "InvalidSchedule", f"invalid schedule: {spec['schedule']} : {error}")
            return None
        if recent.due is not None:
            if recent.missed is Missed.MANY:
                too_many = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
                self._event(WARNING, "TooManyMissedTimes", too_many)
            if self._may_start(recent.due) and not self._start(recent.due):
                return None
        return seconds_until_next(self.cron_job, self._now, timetable)

    def _has_known_zone(self, name: str | None) -> bool:
        try:
            load_zone(name or "")
        except TimeZoneError as error:
            self._event(WARNING, "UnknownTimeZone", f"invalid timeZone: {quote(name or '')}: {error}")
            return False
        return True

    def _timetable(self) -> Timetable:
        schedule = self.cron_job["spec"]["schedule"]
        if "TZ" in schedule:
            unsupported = f"CRON_TZ or TZ used in schedule {quote(schedule)} is not officially supported, see {_HELP} for more details"
            self._event(WARNING, "UnsupportedSchedule", unsupported)
        return timetable_of(self.cron_job)

    def _note(self, job: Obj) -> None:
        """Note one Job's end, or that it runs without being known of."""
        uid, name, ending = job["metadata"].get("uid", ""), job["metadata"]["name"], finished_condition(job)
        is_known = uid in self._active_uids()
        if not ending:
            if not is_known:
                self._note_unknown(uid, name)
            return
        if is_known:
            self._remove(uid)
            self._event(NORMAL, "SawCompletedJob", f"Saw completed job: {name}, condition: {ending}")
        completed = job["status"].get("completionTime")
        if ending == COMPLETE and completed:
            last = self.cron_job["status"].get("lastSuccessfulTime")
            if last is None or parse_timestamp(completed) > parse_timestamp(last):
                self.cron_job["status"]["lastSuccessfulTime"] = completed

    def _note_unknown(self, uid: str, name: str) -> None:
        meta = self.cron_job["metadata"]
        fresh = self._api.cron_job(meta["namespace"], meta["name"])
        if any(entry.get("uid", "") == uid for entry in fresh.get("status", {}).get("active") or ()):
            self.cron_job, self._known = fresh, dict(fresh["status"])
        else:
            self._event(WARNING, "UnexpectedJob", f"Saw a job that the controller did not create or forgot: {name}")

    def _forget_missing(self, uids: set[str]) -> None:
        """Take Jobs off the active list that neither the cache nor the API server knows."""
        for entry in list(self._active()):
            if entry.get("uid", "") in uids:
                continue
            try:
                self._api.get(entry["namespace"], entry["name"])
            except ApiError as refusal:
                if refusal.code != 404:
                    raise
                self._event(NORMAL, "MissingJob", f"Active job went missing: {entry['name']}")
                self._remove(entry.get("uid", ""))

    def _may_start(self, due: SimTime) -> bool:
        """Whether the Job that is due is neither late, nor started, nor in the way of another one."""
        spec, status = self.cron_job["spec"], self.cron_job["status"]
        deadline = spec.get("startingDeadlineSeconds")
        if deadline is not None and due + deadline * SECOND < self._now:
            moment = datetime.datetime.fromtimestamp(due // SECOND, datetime.UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
            self._event(WARNING, "MissSchedule", f"Missed scheduled time to start a job: {moment}")
            return False
        if any(entry["name"] == job_name(self.cron_job, due) for entry in self._active()) or status.get("lastScheduleTime") == timestamp(
            due
        ):
            return False
        if spec.get("concurrencyPolicy") == "Forbid" and self._active():
            why = "Not starting job because prior execution is running and concurrency policy is Forbid"
            self._event(NORMAL, "JobAlreadyActive", why)
            return False
        return True

    def _start(self, due: SimTime) -> bool:
        """Create the Job; returns whether the active list has it now because of this. Raises ApiError."""
        if self.cron_job["spec"].get("concurrencyPolicy") == "Replace":
            self._replace()
        wanted = job_from_template(self.cron_job, due)
        try:
            job = self._api.create(wanted)
        except ApiError as refusal:
            if refusal.reason != "AlreadyExists":
                if not has_cause(refusal, NAMESPACE_TERMINATING):
                    self._event(WARNING, "FailedCreate", f"Error creating job: {refusal.message}")
                raise
            job = self._api.get(self.cron_job["metadata"]["namespace"], wanted["metadata"]["name"])
            owner = controller_of(job)
            is_own = owner is not None and owner["uid"] == self.cron_job["metadata"].get("uid", "")
            if not is_own or job["metadata"].get("uid", "") in self._active_uids():
                return False
        else:
            self._event(NORMAL, "SuccessfulCreate", f"Created job {job['metadata']['name']}")
        self.cron_job["status"]["active"] = [*self._active(), _reference(job)]
        self.cron_job["status"]["lastScheduleTime"] = timestamp(due)
        return True

    def _replace(self) -> None:
        for entry in list(self._active()):
            try:
                job = self._api.get(entry["namespace"], entry["name"])
            except ApiError as refusal:
                self._event(WARNING, "FailedGet", f"Get job: {refusal.message}")
                raise
            refused = self._delete(job)
            if refused is not None:
                raise refused

    def _delete(self, job: Obj) -> ApiError | None:
        """Delete a Job and forget it; returns the API server's refusal, if any."""
        try:
            self._api.delete(job)
        except ApiError as refusal:
            self._event(WARNING, "FailedDelete", f"Deleted job: {refusal.message}")
            return refusal
        self._remove(job["metadata"].get("uid", ""))
        self._event(NORMAL, "SuccessfulDelete", f"Deleted job {job['metadata']['name']}")
        return None

    def _active(self) -> list[Obj]:
        return self.cron_job["status"].get("active") or []

    def _active_uids(self) -> set[str]:
        return {entry.get("uid", "") for entry in self._active()}

    def _remove(self, uid: str) -> None:
        kept = [entry for entry in self._active() if entry.get("uid", "") != uid]
        self.cron_job["status"].pop("active", None)
        if kept:
            self.cron_job["status"]["active"] = kept

    def _event(self, type: str, reason: str, message: str) -> None:
        self._tell.event(self.cron_job, type, reason, message)


def _reference(job: Obj) -> Obj:
    meta = job["metadata"]
    named = {name: meta[name] for name in ("namespace", "name", "uid", "resourceVersion") if name in meta}
    return {"apiVersion": JOBS.api_version, "kind": JOBS.kind, **named}
