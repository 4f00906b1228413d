"""Columns of Events. Upstream: ``pkg/printers/internalversion/printers.go`` (``printEvent``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import Cell, Column, Printer, since
from cluster.machinery.meta import Obj, SimTime


def _source(event: Obj) -> str:
    source = event.get("source") or {}
    component = source.get("component") or event.get("reportingComponent", "")
    instance = source.get("host") or event.get("reportingInstance", "")
    return f"{component}, {instance}" if instance else component


def _target(event: Obj) -> str:
    about = event.get("involvedObject") or {}
    kind = about.get("kind", "").lower()
    return f"{kind}/{about['name']}" if about.get("name") else kind


def cells(event: Obj, now: SimTime) -> list[Cell]:
    """Return the row of an Event."""
    first = since(event.get("firstTimestamp") or event.get("eventTime"), now)
    last = since(event["lastTimestamp"], now) if event.get("lastTimestamp") else first
    count = event.get("count") or 1
    series = event.get("series")
    if series:
        last, count = since(series.get("lastObservedTime"), now), series.get("count", 0)
    return [
        last,
        event.get("type", ""),
        event.get("reason", ""),
        _target(event),
        (event.get("involvedObject") or {}).get("fieldPath", ""),
        _source(event),
        event.get("message", "").strip(),
        first,
        count,
        event["metadata"].get("name", ""),
    ]


PRINTER = Printer(
    (
        Column("Last Seen", "The time at which the most recent occurrence of this event was recorded."),
        Column("Type", "Type of this event (Normal, Warning)."),
        Column("Reason", "A short, machine understandable reason."),
        Column("Object", "The object that this event is about."),
        Column("Subobject", "The part of the object that this event is about.", priority=1),
        Column("Source", "The component reporting this event.", priority=1),
        Column("Message", "A human-readable description."),
        Column("First Seen", "The time at which the event was first recorded.", priority=1),
        Column("Count", "The number of times this event has occurred.", priority=1),
        Column("Name", "Name must be unique within its namespace.", format="name", priority=1),
    ),
    cells,
)
