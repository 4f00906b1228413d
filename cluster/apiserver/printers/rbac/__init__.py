"""The group ``rbac.authorization.k8s.io``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.columns import Printer
from cluster.apiserver.printers.rbac import binding, role
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.rbac import CLUSTERROLEBINDINGS, CLUSTERROLES, ROLEBINDINGS, ROLES

PRINTERS: Mapping[Kind, Printer] = {
    CLUSTERROLEBINDINGS: binding.PRINTER,
    CLUSTERROLES: role.PRINTER,
    ROLEBINDINGS: binding.PRINTER,
    ROLES: role.PRINTER,
}
