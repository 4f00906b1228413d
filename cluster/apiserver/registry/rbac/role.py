"""Roles and ClusterRoles in the registry. Upstream: ``pkg/registry/rbac/{role,clusterrole}/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.rbac import role as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj


class RoleStrategy(BaseStrategy):
    """Rules by name: of one namespace, or of the cluster."""

    allow_create_on_update = True

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/rbac/role.py``."""
        return rules.validate(obj, namespaced=self.kind.namespaced)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/rbac/role.py``."""
        return rules.validate_update(obj, old, namespaced=self.kind.namespaced)
