"""Columns of Jobs. Upstream: ``pkg/printers/internalversion/printers.go`` (``printJob``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import (
    AGE,
    CONTAINERS,
    IMAGES,
    NAME,
    SELECTOR,
    Cell,
    Column,
    Printer,
    age,
    human_duration,
    template_columns,
)
from cluster.machinery.labels import format_selector
from cluster.machinery.meta import SECOND, Obj, SimTime, parse_timestamp


def cells(job: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a Job."""
    return [
        job["metadata"].get("name", ""),
        _state(job),
        _completions(job),
        _duration(job.get("status", {}), now),
        age(job, now),
        *template_columns(job),
        format_selector(job["spec"].get("selector")),
    ]


def _state(job: Obj) -> str:
    true = {c.get("type") for c in job.get("status", {}).get("conditions") or () if c.get("status") == "True"}
    if job["metadata"].get("deletionTimestamp"):
        true.add("Terminating")
    states = ("Complete", "Failed", "Terminating", "Suspended", "FailureTarget", "SuccessCriteriaMet")
    return next((state for state in states if state in true), "Running")


def _completions(job: Obj) -> str:
    """``2/3``; a Job without a number of completions needs one, of however many pods."""
    spec, succeeded = job["spec"], job.get("status", {}).get("succeeded", 0)
    if spec.get("completions") is not None:
        return f"{succeeded}/{spec['completions']}"
    parallelism = spec.get("parallelism", 0)
    return f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"


def _duration(status: Obj, now: SimTime) -> str:
    if not status.get("startTime"):
        return ""
    end = parse_timestamp(status["completionTime"]) if status.get("completionTime") else now
    return human_duration((end - parse_timestamp(status["startTime"])) // SECOND)


PRINTER = Printer(
    (
        NAME,
        Column("Status", "How far the job has come."),
        Column("Completions", "Pods that have succeeded, of those that have to."),
        Column("Duration", "Time from its start to its completion, or until now."),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
    cells,
)
