"""The group ``policy``. Upstream: ``pkg/registry/policy/``."""

from __future__ import annotations

from cluster.apiserver.registry.policy.poddisruptionbudget import PodDisruptionBudgetStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (PodDisruptionBudgetStrategy(),)
