"""The group ``apps``. Upstream: ``pkg/registry/apps/``."""

from __future__ import annotations

from cluster.apiserver.registry.apps.controllerrevision import ControllerRevisionStrategy
from cluster.apiserver.registry.apps.daemonset import DaemonSetStrategy
from cluster.apiserver.registry.apps.deployment import DeploymentStrategy
from cluster.apiserver.registry.apps.replicaset import ReplicaSetStrategy
from cluster.apiserver.registry.apps.statefulset import StatefulSetStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (
    ControllerRevisionStrategy(),
    DaemonSetStrategy(),
    DeploymentStrategy(),
    ReplicaSetStrategy(),
    StatefulSetStrategy(),
)
