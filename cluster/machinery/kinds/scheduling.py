"""Kinds of the group ``scheduling.k8s.io``. Upstream: ``pkg/registry/scheduling/rest/storage_scheduling.go``."""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind

PRIORITYCLASSES = Kind("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", "priorityclass", False, "priorityclasses", ("pc",))

KINDS: tuple[Kind, ...] = (PRIORITYCLASSES,)
