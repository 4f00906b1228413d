"""Defaults of Events: none of its own; what Go writes of a field without a value. Upstream: ``staging/src/k8s.io/api/core/v1/types.go``."""

from __future__ import annotations

from cluster.machinery.meta import Obj

MOMENTS = ("eventTime", "firstTimestamp", "lastTimestamp")
REPORTERS = ("reportingComponent", "reportingInstance")


def set_defaults(event: Obj) -> None:
    """Write moments that nobody gave as null, and reporters as empty."""
    for field in MOMENTS:
        event.setdefault(field, None)
    for field in REPORTERS:
        event.setdefault(field, "")
