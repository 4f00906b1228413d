"""Kinds of the group ``discovery.k8s.io``. Upstream: ``pkg/registry/discovery/rest/storage_discovery.go``."""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind

ENDPOINTSLICES = Kind("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", "endpointslice", True, "endpointslices")
SERVICE_NAME = "kubernetes.io/service-name"
"""Label of a slice: whose endpoints it has."""

KINDS: tuple[Kind, ...] = (ENDPOINTSLICES,)
