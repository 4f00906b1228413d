"""Makes Jobs when their time has come, and keeps the list of those that run.

A look at a CronJob is taken when it or one of its Jobs changes, and a tenth of a second after each time its schedule names.

Upstream: ``pkg/controller/cronjob/cronjob_controllerv2.go``.
"""

from __future__ import annotations

from cluster.client.client import Client
from cluster.client.events import WARNING
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, copy_of
from cluster.controller_manager.cronjob.jobs import jobs_of
from cluster.controller_manager.cronjob.missed import seconds_until_next
from cluster.controller_manager.cronjob.sync import Sync
from cluster.controller_manager.cronjob.timetable import timetable_of
from cluster.machinery.cron import ScheduleError
from cluster.machinery.kinds.batch import CRONJOBS, JOBS
from cluster.machinery.meta import Key, Obj, SimTime, controller_of, key_of, split_key


class _JobsOfServer:
    """``sync.Jobs`` through the controller's client."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def cron_job(self, namespace: str, name: str) -> Obj:
        return self._client.get(CRONJOBS, name, namespace)

    def get(self, namespace: str, name: str) -> Obj:
        return self._client.get(JOBS, name, namespace)

    def create(self, job: Obj) -> Obj:
        return self._client.create(JOBS, job)

    def delete(self, job: Obj) -> None:
        self._client.delete(JOBS, job["metadata"]["name"], job["metadata"]["namespace"], propagation_policy="Background")


def is_rescheduled(old: Obj, new: Obj) -> bool:
    """Whether a change is one of the times themselves: then the old next look no longer fits."""
    return any(old["spec"].get(field) != new["spec"].get(field) for field in ("schedule", "timeZone"))


class CronJobController:
    """The lane ``kube-controller-manager/cronjob``."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._recorder, self._clock = lane.client, lane.recorder, lane.engine.clock
        self._api = _JobsOfServer(lane.client)
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile, background=True, scheduled=True)
        self._cron_jobs = lane.follow(CRONJOBS, self._queue, on_add=self._enqueue, on_update=self._on_update, on_delete=self._enqueue)
        self._jobs = lane.follow(JOBS, self._queue, on_add=self._on_job, on_update=self._on_job_update, on_delete=self._on_job)

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Look at one CronJob and write its status. Raises ApiError."""
        namespace, name = split_key(key)
        cron_job = self._cron_jobs.get(name, namespace)
        if cron_job is None:
            return Result()
        jobs = jobs_of(self._jobs, cron_job)
        sync = Sync(copy_of(cron_job), self._api, self._recorder, now)
        sync.clean_up(jobs)
        try:
            wait = sync.run(jobs)
        finally:
            if sync.has_news:
                self._client.update_status(CRONJOBS, sync.cron_job)
        return Result(requeue_after=wait)

    def _enqueue(self, cron_job: Obj) -> None:
        self._queue.add(key_of(cron_job))

    def _on_update(self, old: Obj, new: Obj) -> None:
        if not is_rescheduled(old, new):
            self._enqueue(new)
            return
        try:
            wait = seconds_until_next(new, self._clock.now, timetable_of(new))
        except ScheduleError:
            why = f"unparseable schedule for cronjob: {new['spec']['schedule']}"
            self._recorder.event(new, WARNING, "UnParseableCronJobSchedule", why)
        else:
            self._queue.add_after(key_of(new), wait)

    def _on_job(self, job: Obj) -> None:
        reference = controller_of(job)
        if reference is None or reference["kind"] != CRONJOBS.kind:
            return
        cron_job = self._cron_jobs.get(reference["name"], job["metadata"]["namespace"])
        if cron_job is not None and cron_job["metadata"]["uid"] == reference["uid"]:
            self._enqueue(cron_job)

    def _on_job_update(self, old: Obj, new: Obj) -> None:
        if controller_of(old) != controller_of(new):
            self._on_job(old)
        self._on_job(new)
