"""The group ``apiregistration.k8s.io``. Upstream: ``staging/src/k8s.io/kube-aggregator/pkg/registry/``."""

from __future__ import annotations

from cluster.apiserver.registry.apiregistration.apiservice import APIServiceStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (APIServiceStrategy(),)
