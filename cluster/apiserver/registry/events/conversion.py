"""Between the Events of ``events.k8s.io`` and those of the core group, as which both are kept.

Upstream: ``pkg/apis/events/v1/conversion.go``.
"""

from __future__ import annotations

from cluster.apiserver.defaults.core.event import MOMENTS, REPORTERS, set_defaults
from cluster.machinery.kinds.core import EVENTS
from cluster.machinery.kinds.events import EVENTS_V1
from cluster.machinery.meta import Obj

_CORE_NAMES = {
    "deprecatedCount": "count",
    "deprecatedFirstTimestamp": "firstTimestamp",
    "deprecatedLastTimestamp": "lastTimestamp",
    "deprecatedSource": "source",
    "note": "message",
    "regarding": "involvedObject",
    "reportingController": "reportingComponent",
}
_NAMES = {core: name for name, core in _CORE_NAMES.items()}


class EventConversion:
    """Renames fields; their values are the same in both groups."""

    def to_storage(self, obj: Obj) -> Obj:
        """Return an Event as the core group has it."""
        renamed = {_CORE_NAMES.get(field, field): value for field, value in obj.items()}
        event = {**renamed, "apiVersion": EVENTS.api_version, "kind": EVENTS.kind}
        set_defaults(event)
        return event

    def from_storage(self, obj: Obj) -> Obj:
        """Return an Event of the core group as this group has it."""
        renamed = {_NAMES.get(field, field): value for field, value in obj.items() if value or field not in REPORTERS}
        structs: Obj = {"deprecatedSource": {}, "regarding": {}}
        moments = dict.fromkeys(_NAMES.get(field, field) for field in MOMENTS)
        return {**structs, **moments, **renamed, "apiVersion": EVENTS_V1.api_version, "kind": EVENTS_V1.kind}
