"""The group ``apiextensions.k8s.io``. Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition``."""

from __future__ import annotations

from cluster.apiserver.registry.apiextensions.customresourcedefinition import CustomResourceDefinitionStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (CustomResourceDefinitionStrategy(),)
