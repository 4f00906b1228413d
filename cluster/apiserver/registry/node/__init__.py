"""The group ``node.k8s.io``. Upstream: ``pkg/registry/node/``."""

from __future__ import annotations

from cluster.apiserver.registry.node.runtimeclass import RuntimeClassStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (RuntimeClassStrategy(),)
