"""The group ``admissionregistration.k8s.io``. Upstream: ``pkg/registry/admissionregistration/``."""

from __future__ import annotations

from cluster.apiserver.registry.admissionregistration.validatingadmissionpolicy import BindingStrategy, PolicyStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (PolicyStrategy(), BindingStrategy())
