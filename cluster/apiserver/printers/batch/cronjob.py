"""Columns of CronJobs. Upstream: ``pkg/printers/internalversion/printers.go`` (``printCronJob``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import (
    AGE,
    CONTAINERS,
    IMAGES,
    NAME,
    NONE,
    SELECTOR,
    Cell,
    Column,
    Printer,
    age,
    since,
    template_columns,
)
from cluster.machinery.labels import format_selector
from cluster.machinery.meta import Obj, SimTime

_SUSPENDED = {True: "True", False: "False", None: "<unset>"}


def cells(cron_job: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a CronJob."""
    spec, status = cron_job["spec"], cron_job.get("status", {})
    template = spec.get("jobTemplate", {})
    last = status.get("lastScheduleTime")
    return [
        cron_job["metadata"].get("name", ""),
        spec.get("schedule", ""),
        spec.get("timeZone", NONE),
        _SUSPENDED[spec.get("suspend")],
        len(status.get("active") or ()),
        since(last, now) if last else NONE,
        age(cron_job, now),
        *template_columns(template),
        format_selector(template["spec"].get("selector")),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Schedule", "When it runs, as cron writes it."),
        Column("Timezone", "The time zone of the schedule; none: that of the controller."),
        Column("Suspend", "Whether it runs no more for the time being.", "boolean"),
        Column("Active", "Number of its jobs that are running.", "integer"),
        Column("Last Schedule", "Time since it last ran."),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
    cells,
)
