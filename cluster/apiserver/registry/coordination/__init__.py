"""The group ``coordination.k8s.io``. Upstream: ``pkg/registry/coordination/``."""

from __future__ import annotations

from cluster.apiserver.registry.coordination.lease import LeaseStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (LeaseStrategy(),)
