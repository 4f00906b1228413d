"""The node authorizer: a kubelet reads and writes what has to do with its own node, and nothing else.

Of Secrets, ConfigMaps, claims, volumes and ServiceAccounts a kubelet gets those that its pods use; of pods, nodes, Leases and
CSINodes its own. For everything else there are the rules of the role ``system:node``, which nobody is bound to. Its refusals
leave it to RBAC to allow after all.

Upstream: ``plugin/pkg/auth/authorizer/node/node_authorizer.go``, ``pkg/auth/nodeidentifier/default.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cluster.apiserver.authorization.attributes import Attributes, required_value
from cluster.apiserver.authorization.decision import ALLOWED, NO_OPINION, Decision, Rules
from cluster.apiserver.authorization.node.relations import Relations
from cluster.apiserver.authorization.rbac.evaluation import rule_allows
from cluster.apiserver.request import User
from cluster.machinery.errors import quote
from cluster.machinery.meta import Obj

NODES_GROUP = "system:nodes"
NODE_USER = "system:node:"
NODE_LEASES = "kube-node-lease"
_OWN_VERBS = frozenset({"get", "create", "update", "patch", "delete"})
_READ = frozenset({"get", "list", "watch"})
_Check = Callable[[str, Attributes], Decision]


def node_of(user: User) -> str | None:
    """Return the name of the node that a user is, empty when the name says none; None for who is no node."""
    if not user.name.startswith(NODE_USER) or NODES_GROUP not in user.groups:
        return None
    return user.name.removeprefix(NODE_USER)


class NodeAuthorizer:
    """``rules``: those of ``system:node``, for what is not a node's own."""

    def __init__(self, relations: Relations, rules: Sequence[Obj]) -> None:
        self._relations, self._rules = relations, tuple(rules)
        self._ruled: dict[tuple[str, str, str, str], bool] = {}
        self._checks: Mapping[tuple[str, str], _Check] = {
            ("", "secrets"): self._secret,
            ("", "configmaps"): self._config_map,
            ("", "persistentvolumeclaims"): self._claim,
            ("", "persistentvolumes"): self._volume,
            ("storage.k8s.io", "volumeattachments"): self._attachment,
            ("", "serviceaccounts"): self._token,
            ("coordination.k8s.io", "leases"): _lease,
            ("storage.k8s.io", "csinodes"): _csi_node,
            ("", "nodes"): _node,
            ("", "pods"): self._pod,
        }

    def authorize(self, attributes: Attributes) -> Decision:
        """Judge the requests of nodes, have no opinion of others."""
        if NODES_GROUP not in attributes.user.groups:
            return NO_OPINION
        node = node_of(attributes.user)
        if node is None:
            return NO_OPINION
        if not node:
            return Decision(False, f"unknown node for user {quote(attributes.user.name)}")
        check = self._checks.get((attributes.group, attributes.resource)) if attributes.path is None else None
        if check is not None:
            return check(node, attributes)
        return ALLOWED if self._is_ruled(attributes) else NO_OPINION

    def _is_ruled(self, attributes: Attributes) -> bool:
        """Whether a rule allows what is asked; the rules, which never change, name no objects, so that there are few questions."""
        if attributes.path is not None:
            return any(rule_allows(rule, attributes) for rule in self._rules)
        question = (attributes.verb, attributes.group, attributes.resource, attributes.subresource)
        found = self._ruled.get(question)
        if found is None:
            found = self._ruled[question] = any(rule_allows(rule, attributes) for rule in self._rules)
        return found

    def rules_for(self, user: User, namespace: str) -> Rules:
        """Say of nodes that their rules can not be enumerated."""
        if node_of(user) is None:
            return Rules()
        return Rules(errors=("node authorizer does not support user rule resolution",), is_incomplete=True)

    def _secret(self, node: str, attributes: Attributes) -> Decision:
        return _read_one(attributes) or self._related(node, attributes, self._relations.has_secret)

    def _config_map(self, node: str, attributes: Attributes) -> Decision:
        return _read_one(attributes) or self._related(node, attributes, self._relations.has_config_map)

    def _claim(self, node: str, attributes: Attributes) -> Decision:
        if attributes.subresource != "status":
            return _get_one(attributes) or self._related(node, attributes, self._relations.has_claim)
        if attributes.verb not in ("update", "patch"):
            return Decision(False, "can only get/update/patch this type")
        return self._related(node, attributes, self._relations.has_claim)

    def _volume(self, node: str, attributes: Attributes) -> Decision:
        return _get_one(attributes) or self._related(node, attributes, lambda own, _, name: self._relations.has_volume(own, name))

    def _attachment(self, node: str, attributes: Attributes) -> Decision:
        return _get_one(attributes) or self._related(node, attributes, lambda own, _, name: self._relations.has_attachment(own, name))

    def _token(self, node: str, attributes: Attributes) -> Decision:
        if attributes.verb != "create" or not attributes.name:
            return Decision(False, "can only create tokens for individual service accounts")
        if attributes.subresource != "token":
            return Decision(False, "can only create token subresource of serviceaccount")
        return self._related(node, attributes, self._relations.has_service_account)

    def _pod(self, node: str, attributes: Attributes) -> Decision:
        """What is written is left to the admission plugin NodeRestriction."""
        verb, subresource = attributes.verb, attributes.subresource
        if subresource == "status":
            return ALLOWED if verb in ("update", "patch") else NO_OPINION
        if subresource == "eviction":
            return ALLOWED if verb == "create" else NO_OPINION
        if subresource:
            return NO_OPINION
        if verb in ("create", "delete"):
            return ALLOWED
        if verb == "get":
            return self._related(node, attributes, self._relations.has_pod)
        if verb not in ("list", "watch"):
            return NO_OPINION
        if required_value(attributes.field_selector, "spec.nodeName") == node:
            return ALLOWED
        if attributes.name:
            return self._related(node, attributes, self._relations.has_pod)
        return Decision(False, "can only list/watch pods with spec.nodeName field selector")

    def _related(self, node: str, attributes: Attributes, has: Callable[[str, str, str], bool]) -> Decision:
        if not attributes.name:
            return Decision(False, "No Object name found")
        if has(node, attributes.namespace, attributes.name):
            return ALLOWED
        return Decision(False, f"no relationship found between node '{node}' and this object")


def _read_one(attributes: Attributes) -> Decision | None:
    """Refuse what is not the reading of an object in a namespace."""
    if attributes.verb not in _READ:
        return Decision(False, "can only read resources of this type")
    if attributes.subresource:
        return Decision(False, "cannot read subresource")
    if not attributes.namespace:
        return Decision(False, "can only read namespaced object of this type")
    return None


def _get_one(attributes: Attributes) -> Decision | None:
    """Refuse what is not the reading of one object."""
    if attributes.verb != "get":
        return Decision(False, "can only get individual resources of this type")
    return Decision(False, "cannot get subresource") if attributes.subresource else None


def _lease(node: str, attributes: Attributes) -> Decision:
    if attributes.verb not in _OWN_VERBS:
        return Decision(False, "can only get, create, update, patch, or delete a node lease")
    if attributes.namespace != NODE_LEASES:
        return Decision(False, f"can only access leases in the {quote(NODE_LEASES)} system namespace")
    if attributes.verb != "create" and attributes.name != node:
        return Decision(False, "can only access node lease with the same name as the requesting node")
    return ALLOWED


def _csi_node(node: str, attributes: Attributes) -> Decision:
    if attributes.verb not in _OWN_VERBS:
        return Decision(False, "can only get, create, update, patch, or delete a CSINode")
    if attributes.subresource:
        return Decision(False, "cannot authorize CSINode subresources")
    if attributes.verb != "create" and attributes.name != node:
        return Decision(False, "can only access CSINode with the same name as the requesting node")
    return ALLOWED


def _node(node: str, attributes: Attributes) -> Decision:
    """The name is compared itself, so that a kubelet may look for its Node before there is one."""
    verb, subresource = attributes.verb, attributes.subresource
    if subresource == "status":
        return ALLOWED if verb in ("update", "patch") else NO_OPINION
    if subresource or verb not in _READ | {"create", "update", "patch"}:
        return NO_OPINION
    if verb not in _READ or attributes.name == node:
        return ALLOWED
    which = f"'{attributes.name}'" if attributes.name else "all nodes"
    return Decision(False, f"node '{node}' cannot read {which}, only its own Node object")
