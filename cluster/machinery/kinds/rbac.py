"""Kinds of the group ``rbac.authorization.k8s.io``. Upstream: ``pkg/registry/rbac/rest/storage_rbac.go``."""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind

GROUP = "rbac.authorization.k8s.io"

CLUSTERROLEBINDINGS = Kind(GROUP, "v1", "ClusterRoleBinding", "clusterrolebindings", "clusterrolebinding", False, "clusterrolebindings")
CLUSTERROLES = Kind(GROUP, "v1", "ClusterRole", "clusterroles", "clusterrole", False, "clusterroles")
ROLEBINDINGS = Kind(GROUP, "v1", "RoleBinding", "rolebindings", "rolebinding", True, "rolebindings")
ROLES = Kind(GROUP, "v1", "Role", "roles", "role", True, "roles")

KINDS: tuple[Kind, ...] = (CLUSTERROLEBINDINGS, CLUSTERROLES, ROLEBINDINGS, ROLES)
