"""The group ``rbac.authorization.k8s.io``. Upstream: ``pkg/registry/rbac/``."""

from __future__ import annotations

from cluster.apiserver.registry.rbac.binding import BindingStrategy
from cluster.apiserver.registry.rbac.role import RoleStrategy
from cluster.apiserver.strategy import Strategy
from cluster.machinery.kinds.rbac import CLUSTERROLEBINDINGS, CLUSTERROLES, ROLEBINDINGS, ROLES

STRATEGIES: tuple[Strategy, ...] = (
    BindingStrategy(CLUSTERROLEBINDINGS),
    BindingStrategy(ROLEBINDINGS),
    RoleStrategy(CLUSTERROLES),
    RoleStrategy(ROLES),
)
