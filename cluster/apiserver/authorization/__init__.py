"""Authorization: whether who asks may do what they ask.

A cluster that kubeadm makes asks three in turn: members of ``system:masters`` may do everything; the node authorizer lets a
kubelet do what its node needs; RBAC lets everybody do what roles allow that they were given. What nobody allows is refused.

Upstream: ``pkg/kubeapiserver/authorizer/config.go``, ``staging/src/k8s.io/apiserver/pkg/endpoints/filters/authorization.go``.
"""

from __future__ import annotations

from cluster.apiserver.authorization.bootstrap_policy.nodes import NODE_RULES
from cluster.apiserver.authorization.decision import Authorizer as Authorizer
from cluster.apiserver.authorization.node.authorizer import NodeAuthorizer
from cluster.apiserver.authorization.node.relations import Relations
from cluster.apiserver.authorization.rbac.authorizer import RbacAuthorizer
from cluster.apiserver.authorization.rbac.policy import Policy
from cluster.apiserver.authorization.union import MASTERS, PrivilegedGroup, UnionAuthorizer


def node_and_rbac(policy: Policy, relations: Relations) -> Authorizer:
    """Return the authorizer of ``--authorization-mode=Node,RBAC``."""
    return UnionAuthorizer((PrivilegedGroup(MASTERS), NodeAuthorizer(relations, NODE_RULES), RbacAuthorizer(policy)))
