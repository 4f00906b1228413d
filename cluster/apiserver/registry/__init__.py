"""The registry: how objects of every kind are kept. One file a kind says what is its own; ``store.py`` does the rest.

Upstream: ``pkg/registry/``.
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.registry import (
    admissionregistration,
    apiextensions,
    apiregistration,
    apps,
    autoscaling,
    batch,
    certificates,
    coordination,
    core,
    discovery,
    events,
    flowcontrol,
    networking,
    node,
    policy,
    rbac,
    scheduling,
    storage,
)
from cluster.apiserver.strategy import Strategy
from cluster.machinery.kinds.model import Kind

strategies: Mapping[Kind, Strategy] = {
    strategy.kind: strategy
    for strategy in (
        *core.STRATEGIES,
        *apps.STRATEGIES,
        *autoscaling.STRATEGIES,
        *batch.STRATEGIES,
        *certificates.STRATEGIES,
        *coordination.STRATEGIES,
        *discovery.STRATEGIES,
        *events.STRATEGIES,
        *networking.STRATEGIES,
        *node.STRATEGIES,
        *policy.STRATEGIES,
        *scheduling.STRATEGIES,
        *storage.STRATEGIES,
        *rbac.STRATEGIES,
        *flowcontrol.STRATEGIES,
        *admissionregistration.STRATEGIES,
        *apiextensions.STRATEGIES,
        *apiregistration.STRATEGIES,
    )
}
"""The strategy of every kind that is kept."""
