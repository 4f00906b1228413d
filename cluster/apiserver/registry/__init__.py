"""The registry: how objects of every kind are kept. One file a kind says what is its own; ``store.py`` does the rest.

Upstream: ``pkg/registry/``.
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.registry.configmap import ConfigMapStrategy
from cluster.apiserver.registry.deployment import DeploymentStrategy
from cluster.apiserver.registry.event import EventStrategy
from cluster.apiserver.registry.lease import LeaseStrategy
from cluster.apiserver.registry.namespace import NamespaceStrategy
from cluster.apiserver.registry.node import NodeStrategy
from cluster.apiserver.registry.pod import PodStrategy
from cluster.apiserver.registry.replicaset import ReplicaSetStrategy
from cluster.apiserver.registry.serviceaccount import ServiceAccountStrategy
from cluster.apiserver.strategy import Strategy
from cluster.machinery.kinds import Kind

_ALL: tuple[Strategy, ...] = (
    ConfigMapStrategy(),
    DeploymentStrategy(),
    EventStrategy(),
    LeaseStrategy(),
    NamespaceStrategy(),
    NodeStrategy(),
    PodStrategy(),
    ReplicaSetStrategy(),
    ServiceAccountStrategy(),
)

strategies: Mapping[Kind, Strategy] = {strategy.kind: strategy for strategy in _ALL}
"""The strategy of every served kind."""
