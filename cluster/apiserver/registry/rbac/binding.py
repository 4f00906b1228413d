"""RoleBindings and ClusterRoleBindings in the registry. Upstream: ``pkg/registry/rbac/{rolebinding,clusterrolebinding}/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.rbac.binding import set_defaults
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.rbac import binding as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj


class BindingStrategy(BaseStrategy):
    """A role and whom it is given to: in one namespace, or in the cluster."""

    allow_create_on_update = True

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def default(self, obj: Obj) -> None:
        """See ``defaults/rbac/binding.py``."""
        set_defaults(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/rbac/binding.py``."""
        return rules.validate(obj, namespaced=self.kind.namespaced)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/rbac/binding.py``."""
        return rules.validate_update(obj, old, namespaced=self.kind.namespaced)
