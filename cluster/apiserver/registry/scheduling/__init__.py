"""The group ``scheduling.k8s.io``. Upstream: ``pkg/registry/scheduling/``."""

from __future__ import annotations

from cluster.apiserver.registry.scheduling.priorityclass import PriorityClassStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (PriorityClassStrategy(),)
