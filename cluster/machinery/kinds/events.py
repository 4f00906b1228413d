"""Kinds of the group ``events.k8s.io``. Upstream: ``pkg/registry/events/rest/storage_events.go``."""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind

EVENTS_V1 = Kind("events.k8s.io", "v1", "Event", "events", "event", True, "events", ("ev",), is_storage_version=False)
"""The Events of the core group, with other names for their fields."""

KINDS: tuple[Kind, ...] = (EVENTS_V1,)
