"""The group ``discovery.k8s.io``. Upstream: ``pkg/registry/discovery/``."""

from __future__ import annotations

from cluster.apiserver.registry.discovery.endpointslice import EndpointSliceStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (EndpointSliceStrategy(),)
