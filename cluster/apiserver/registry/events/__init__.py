"""The group ``events.k8s.io``. Upstream: ``pkg/registry/events/``."""

from __future__ import annotations

from cluster.apiserver.registry.events.event import EventStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (EventStrategy(),)
