"""The group ``flowcontrol.apiserver.k8s.io``. Upstream: ``pkg/registry/flowcontrol/``."""

from __future__ import annotations

from cluster.apiserver.registry.flowcontrol.flowschema import FlowSchemaStrategy
from cluster.apiserver.registry.flowcontrol.prioritylevelconfiguration import PriorityLevelConfigurationStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (FlowSchemaStrategy(), PriorityLevelConfigurationStrategy())
