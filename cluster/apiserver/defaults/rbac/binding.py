"""Defaults of RoleBindings and ClusterRoleBindings.

Upstream: ``pkg/apis/rbac/v1/defaults.go`` (``SetDefaults_RoleBinding``, ``SetDefaults_ClusterRoleBinding``,
``SetDefaults_Subject``).
"""

from __future__ import annotations

from cluster.machinery.kinds.rbac import GROUP
from cluster.machinery.meta import Obj


def set_defaults(binding: Obj) -> None:
    """Roles, users and groups belong to RBAC's own group; ServiceAccounts to the core group, which has no name."""
    role_ref = binding["roleRef"]
    if not role_ref.get("apiGroup"):
        role_ref["apiGroup"] = GROUP
    for subject in binding.get("subjects") or ():
        if not subject.get("apiGroup") and subject.get("kind") in ("User", "Group"):
            subject["apiGroup"] = GROUP
