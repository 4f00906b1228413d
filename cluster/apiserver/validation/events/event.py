"""Rules for Events of ``events.k8s.io``. They name the fields of the core group, as which Events are kept.

Upstream: ``pkg/apis/core/validation/events.go`` (``ValidateEventCreate``, ``ValidateEventUpdate``).
"""

from __future__ import annotations

from cluster.apiserver.validation.core.event import validate_in_itself
from cluster.apiserver.validation.fields import immutable
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, invalid, required
from cluster.machinery.meta import Obj

_REPORTER = "reportingController"
_UNSET = "needs to be unset"
_FIXED = (
    ("involvedObject", "involvedObject"),
    ("reason", "reason"),
    ("message", "message"),
    ("source", "source"),
    ("firstTimestamp", "firstTimestamp"),
    ("lastTimestamp", "lastTimestamp"),
    ("count", "count"),
    ("type", "type"),
    ("eventTime", "eventTime"),
    ("action", "action"),
    ("related", "related"),
    ("reportingComponent", _REPORTER),
    ("reportingInstance", "reportingInstance"),
)
"""Fields that stay as they are, and what messages call them."""


def _validate_series(event: Obj) -> list[FieldError]:
    series = event.get("series")
    if series is None:
        return []
    faults: list[FieldError] = []
    if (series.get("count") or 0) < 2:
        faults.append(invalid("series.count", "", "should be at least 2"))
    if not series.get("lastObservedTime"):
        faults.append(required("series.lastObservedTime"))
    return faults


def validate(event: Obj) -> list[FieldError]:
    """Judge an Event, in the shape of the core group, to be created."""
    faults = validate_in_itself(event, _REPORTER) + validate_object_meta(event["metadata"], namespaced=True) + _validate_series(event)
    if not event.get("eventTime"):
        faults.append(required("eventTime"))
    if event.get("type") not in ("Normal", "Warning"):
        faults.append(invalid("type", "", f"has invalid value: {event.get('type', '')}"))
    faults += [invalid(field, "", _UNSET) for field in ("firstTimestamp", "lastTimestamp", "count") if event.get(field)]
    source = event.get("source") or {}
    if source.get("component") or source.get("host"):
        faults.append(invalid("source", "", _UNSET))
    return faults


def validate_update(event: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of an Event, both in the shape of the core group: only its series and its metadata change."""
    faults = validate_in_itself(event, _REPORTER) + validate_object_meta_update(event["metadata"], old["metadata"])
    if event.get("series") != old.get("series"):
        faults += _validate_series(event)
    for field, name in _FIXED:
        faults += immutable(name, event.get(field) or None, old.get(field) or None)
    return faults
