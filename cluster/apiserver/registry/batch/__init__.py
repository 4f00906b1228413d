"""The group ``batch``. Upstream: ``pkg/registry/batch/``."""

from __future__ import annotations

from cluster.apiserver.registry.batch.cronjob import CronJobStrategy
from cluster.apiserver.registry.batch.job import JobStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (CronJobStrategy(), JobStrategy())
