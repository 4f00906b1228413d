"""The group ``apps``. Upstream: ``pkg/registry/apps/``."""

from __future__ import annotations

from cluster.apiserver.registry.apps.deployment import DeploymentStrategy
from cluster.apiserver.registry.apps.replicaset import ReplicaSetStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (DeploymentStrategy(), ReplicaSetStrategy())
