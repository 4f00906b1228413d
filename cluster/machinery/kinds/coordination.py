"""Kinds of the group ``coordination.k8s.io``. Upstream: ``pkg/registry/coordination/rest/storage_coordination.go``."""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind

LEASES = Kind("coordination.k8s.io", "v1", "Lease", "leases", "lease", True, "leases")

KINDS: tuple[Kind, ...] = (LEASES,)
