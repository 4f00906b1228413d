"""Rules for CronJobs. Upstream: ``pkg/apis/batch/validation/validation.go`` (``ValidateCronJobCreate``)."""

from __future__ import annotations

import re
import zoneinfo

from cluster.apiserver.validation.batch.job import validate_template_spec
from cluster.apiserver.validation.fields import not_negative
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.selectors import invalid_selector
from cluster.machinery.cron import ScheduleError, parse_schedule
from cluster.machinery.errors import FieldError, invalid, not_supported, required
from cluster.machinery.meta import Obj

_NAME_LENGTH = 52
"""63, less the 11 characters that a Job's name has more."""
_POLICIES = ("Allow", "Forbid", "Replace")
_ZONE_PART = re.compile(r"[A-Za-z.\-_0-9+]{1,14}", re.ASCII)
_ZONE_PREFIX = re.compile(r"(?:CRON_)?TZ=([^ ]*) ")


def _validate_schedule(text: str, time_zone: str | None, *, may_name_zone: bool) -> list[FieldError]:
    """Judge a schedule. ``may_name_zone``: an old CronJob whose schedule has a zone in it keeps that right."""
    path = "spec.schedule"
    faults: list[FieldError] = []
    zone = _ZONE_PREFIX.match(text)
    try:
        if zone and not _is_known(zone[1]):
            raise ScheduleError(f"provided bad location {zone[1]}: unknown time zone {zone[1]}")
        parse_schedule(text[zone.end() :].strip() if zone else text)
    except ScheduleError as error:
        faults.append(invalid(path, text, str(error)))
    if "TZ" in text and not may_name_zone:
        faults.append(invalid(path, text, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"))
    elif "TZ" in text and time_zone is not None:
        faults.append(invalid(path, text, "cannot use both timeZone field and TZ or CRON_TZ in schedule"))
    return faults


def _validate_time_zone(name: str | None) -> list[FieldError]:
    path = "spec.timeZone"
    if name is None:
        return []
    if not name:
        return [invalid(path, name, "timeZone must be nil or non-empty string")]
    unknown = f"unknown time zone {name}"
    for part in name.split("/"):
        if part in (".", "..") or part.startswith("-") or not _ZONE_PART.fullmatch(part):
            return [invalid(path, name, unknown)]
    if name.lower() == "local":
        explicit = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        return [invalid(path, name, explicit), *([] if name == "Local" else [invalid(path, name, unknown)])]
    return [] if _is_known(name) else [invalid(path, name, unknown)]


def _is_known(zone: str) -> bool:
    """Whether a name finds a time zone; no name is UTC, and ``Local`` is where the server is."""
    if zone in ("", "Local"):
        return True
    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _validate_policy(policy: str) -> list[FieldError]:
    path = "spec.concurrencyPolicy"
    if not policy:
        return [required(path)]
    return [] if policy in _POLICIES else [not_supported(path, policy, _POLICIES)]


def _validate_job_template(spec: Obj, path: str) -> list[FieldError]:
    """Judge the spec of the Jobs to come: each of them generates its selector."""
    faults = validate_template_spec(spec, path)
    if spec.get("selector") is not None:
        faults.append(invalid_selector(f"{path}.selector", spec["selector"], "`selector` will be auto-generated"))
    if spec.get("manualSelector"):
        faults.append(not_supported(f"{path}.manualSelector", True, ("nil", "false"), in_order=True))
    return faults


def _validate_spec(spec: Obj, old: Obj | None) -> list[FieldError]:
    schedule = spec.get("schedule", "")
    if schedule:
        may_name_zone = old is not None and "TZ" in old.get("schedule", "")
        faults = _validate_schedule(schedule, spec.get("timeZone"), may_name_zone=may_name_zone)
    else:
        faults = [required("spec.schedule")]
    faults += not_negative("spec.startingDeadlineSeconds", spec.get("startingDeadlineSeconds"))
    if old is None or old.get("timeZone") != spec.get("timeZone"):
        faults += _validate_time_zone(spec.get("timeZone"))
    faults += _validate_policy(spec.get("concurrencyPolicy", ""))
    faults += _validate_job_template(spec["jobTemplate"]["spec"], "spec.jobTemplate.spec")
    faults += not_negative("spec.successfulJobsHistoryLimit", spec.get("successfulJobsHistoryLimit"))
    return faults + not_negative("spec.failedJobsHistoryLimit", spec.get("failedJobsHistoryLimit"))


def validate(cron_job: Obj) -> list[FieldError]:
    """Judge a CronJob to be created."""
    name = cron_job["metadata"].get("name", "")
    faults = validate_object_meta(cron_job["metadata"], namespaced=True) + _validate_spec(cron_job["spec"], None)
    if len(name) > _NAME_LENGTH:
        faults.append(invalid("metadata.name", name, f"must be no more than {_NAME_LENGTH} characters"))
    return faults


def validate_update(cron_job: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a CronJob."""
    return validate_object_meta_update(cron_job["metadata"], old["metadata"]) + _validate_spec(cron_job["spec"], old["spec"])
