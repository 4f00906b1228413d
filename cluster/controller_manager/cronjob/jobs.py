"""The Jobs of a CronJob: making one, what has become of them, and which old ones may go. Pure.

Upstream: ``pkg/controller/cronjob/utils.go``, ``cronjob_controllerv2.go`` (``cleanupFinishedJobs``), ``pkg/controller/job/util/utils.go``.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from cluster.client.informer import OWNER, Lister
from cluster.controller_manager.base import copy_of
from cluster.controller_manager.controller_ref import reference_to
from cluster.controller_manager.cronjob.timetable import load_zone
from cluster.machinery.kinds.batch import CRONJOBS, JOBS
from cluster.machinery.meta import SECOND, Obj, SimTime, timestamp

SCHEDULED_TIMESTAMP = "batch.kubernetes.io/cronjob-scheduled-timestamp"
"""Annotation: when the Job was due, in the CronJob's time zone."""
COMPLETE = "Complete"
FAILED = "Failed"


def jobs_of(jobs: Lister, cron_job: Obj) -> list[Obj]:
    """Return the Jobs that a CronJob controls."""
    return jobs.by_index(OWNER, cron_job["metadata"].get("uid", ""))


def job_name(cron_job: Obj, due: SimTime) -> str:
    """Return the name of the Job of one start: with the minutes since 1970, so that no start happens twice."""
    return f"{cron_job['metadata']['name']}-{due // (60 * SECOND)}"


def job_from_template(cron_job: Obj, due: SimTime) -> Obj:
    """Return the Job to create. Raises TimeZoneError."""
    template = copy_of(cron_job["spec"]["jobTemplate"])
    meta = template.get("metadata") or {}
    zone = load_zone(cron_job["spec"].get("timeZone") or "")
    moment = datetime.datetime.fromtimestamp(due // SECOND, zone).isoformat().replace("+00:00", "Z")
    made: Obj = {
        "name": job_name(cron_job, due),
        "annotations": (meta.get("annotations") or {}) | {SCHEDULED_TIMESTAMP: moment},
        "creationTimestamp": timestamp(due),
        "ownerReferences": [reference_to(cron_job, CRONJOBS)],
    }
    if meta.get("labels"):
        made["labels"] = meta["labels"]
    if cron_job["metadata"].get("namespace"):
        made["namespace"] = cron_job["metadata"]["namespace"]
    return {"apiVersion": JOBS.api_version, "kind": JOBS.kind, "metadata": made, "spec": template["spec"]}


def finished_condition(job: Obj) -> str:
    """Return ``Complete`` or ``Failed``, empty for a Job that has not ended."""
    for condition in job.get("status", {}).get("conditions") or ():
        if condition["type"] in (COMPLETE, FAILED) and condition["status"] == "True":
            return str(condition["type"])
    return ""


def start_order(job: Obj) -> tuple[bool, str, str]:
    """Return the key that puts Jobs in the order of their start: those that have none last, namesakes in time by name."""
    started = job.get("status", {}).get("startTime") or ""
    return not started, started, job["metadata"]["name"]


def jobs_to_clean_up(cron_job: Obj, jobs: Sequence[Obj]) -> Iterator[Obj]:
    """Yield the oldest ended Jobs above the CronJob's history limits, those that succeeded first."""
    for limit, ending in (("successfulJobsHistoryLimit", COMPLETE), ("failedJobsHistoryLimit", FAILED)):
        kept = cron_job["spec"].get(limit)
        if kept is not None:
            ended = sorted((job for job in jobs if finished_condition(job) == ending), key=start_order)
            yield from ended[: max(0, len(ended) - kept)]
