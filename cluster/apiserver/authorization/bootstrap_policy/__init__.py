"""The roles and bindings that a cluster begins with.

Upstream: ``plugin/pkg/auth/authorizer/rbac/bootstrappolicy/``.
"""

from __future__ import annotations

from cluster.apiserver.authorization.bootstrap_policy.cluster_roles import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES
from cluster.apiserver.authorization.bootstrap_policy.controller_roles import CONTROLLER_ROLE_BINDINGS, CONTROLLER_ROLES
from cluster.apiserver.authorization.bootstrap_policy.kubeadm import KUBEADM_ROLE_BINDINGS, KUBEADM_ROLES
from cluster.apiserver.authorization.bootstrap_policy.namespace_roles import NAMESPACE_ROLE_BINDINGS, NAMESPACE_ROLES
from cluster.machinery.meta import Obj

DEFAULTS: tuple[Obj, ...] = (
    *CLUSTER_ROLES,
    *CONTROLLER_ROLES,
    *NAMESPACE_ROLES,
    *CLUSTER_ROLE_BINDINGS,
    *CONTROLLER_ROLE_BINDINGS,
    *NAMESPACE_ROLE_BINDINGS,
)
"""What kube-apiserver keeps: roles first. Shared: never change them."""

KUBEADM: tuple[Obj, ...] = (*KUBEADM_ROLES, *KUBEADM_ROLE_BINDINGS)
"""What kubeadm writes once. Shared: never change them."""
