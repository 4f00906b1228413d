"""The core group. Upstream: ``pkg/registry/core/``."""

from __future__ import annotations

from cluster.apiserver.registry.core.configmap import ConfigMapStrategy
from cluster.apiserver.registry.core.endpoints import EndpointsStrategy
from cluster.apiserver.registry.core.event import EventStrategy
from cluster.apiserver.registry.core.limitrange import LimitRangeStrategy
from cluster.apiserver.registry.core.namespace import NamespaceStrategy
from cluster.apiserver.registry.core.node import NodeStrategy
from cluster.apiserver.registry.core.persistentvolume import PersistentVolumeStrategy
from cluster.apiserver.registry.core.persistentvolumeclaim import PersistentVolumeClaimStrategy
from cluster.apiserver.registry.core.pod import PodStrategy
from cluster.apiserver.registry.core.podtemplate import PodTemplateStrategy
from cluster.apiserver.registry.core.replicationcontroller import ReplicationControllerStrategy
from cluster.apiserver.registry.core.resourcequota import ResourceQuotaStrategy
from cluster.apiserver.registry.core.secret import SecretStrategy
from cluster.apiserver.registry.core.service.strategy import ServiceStrategy
from cluster.apiserver.registry.core.serviceaccount import ServiceAccountStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (
    ConfigMapStrategy(),
    EndpointsStrategy(),
    EventStrategy(),
    LimitRangeStrategy(),
    NamespaceStrategy(),
    NodeStrategy(),
    PersistentVolumeClaimStrategy(),
    PersistentVolumeStrategy(),
    PodStrategy(),
    ReplicationControllerStrategy(),
    ResourceQuotaStrategy(),
    PodTemplateStrategy(),
    SecretStrategy(),
    ServiceAccountStrategy(),
    ServiceStrategy(),
)
