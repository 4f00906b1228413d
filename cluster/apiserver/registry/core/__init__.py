"""The core group. Upstream: ``pkg/registry/core/``."""

from __future__ import annotations

from cluster.apiserver.registry.core.configmap import ConfigMapStrategy
from cluster.apiserver.registry.core.event import EventStrategy
from cluster.apiserver.registry.core.namespace import NamespaceStrategy
from cluster.apiserver.registry.core.node import NodeStrategy
from cluster.apiserver.registry.core.pod import PodStrategy
from cluster.apiserver.registry.core.serviceaccount import ServiceAccountStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (
    ConfigMapStrategy(),
    EventStrategy(),
    NamespaceStrategy(),
    NodeStrategy(),
    PodStrategy(),
    ServiceAccountStrategy(),
)
