"""Requests in somebody else's name: whom they are taken for, and who may not make them."""

from __future__ import annotations

import pytest

from cluster.apiserver.authorization.attributes import Attributes
from cluster.apiserver.authorization.rbac.authorizer import RbacAuthorizer
from cluster.apiserver.authorization.rbac.policy import Policy
from cluster.apiserver.impersonation import impersonated
from cluster.apiserver.request import User
from cluster.machinery.errors import ApiError
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rbac.objects import cluster_binding, cluster_role, policy_of

AGENT = User(
    "system:serviceaccount:default:agent",
    ("system:serviceaccounts", "system:authenticated"),
    extra=(("authentication.kubernetes.io/node-name", ("n1",)),),
)
ANN = User("ann", ("system:authenticated",))
ROOT = User("root", ("admins", "system:authenticated"))
_EXTRA = (("acme.io/a", ("1",)), ("acme.io/b", ("2", "3")))


def _rule(verbs: str, groups: str, resources: str, *names: str) -> Obj:
    rule = {"verbs": verbs.split(), "apiGroups": groups.split(), "resources": resources.split()}
    return {**rule, "resourceNames": list(names)} if names else rule


def _policy() -> Policy:
    """``root`` may do everything; ``ann`` may list pods as the user ``bob`` or old-fashioned as a ServiceAccount of the namespace
    ``default``; the agent may read as the node that it runs on."""
    return policy_of(
        cluster_role("all", _rule("*", "*", "*")),
        cluster_binding("all", "all", {"kind": "Group", "name": "admins"}),
        cluster_role(
            "as-bob",
            {"verbs": ["impersonate-on:user-info:list"], "apiGroups": [""], "resources": ["pods"]},
            _rule("impersonate:user-info", "authentication.k8s.io", "users", "bob"),
            _rule("impersonate:user-info", "authentication.k8s.io", "groups", "*", "dev"),
            {"verbs": ["impersonate"], "apiGroups": [""], "resources": ["serviceaccounts"]},
        ),
        cluster_binding("as-bob", "as-bob", {"kind": "User", "name": "ann"}),
        cluster_role(
            "as-node",
            {"verbs": ["impersonate-on:associated-node:list"], "apiGroups": [""], "resources": ["pods"]},
            _rule("impersonate:associated-node", "authentication.k8s.io", "nodes"),
        ),
        cluster_binding("as-node", "as-node", {"kind": "ServiceAccount", "namespace": "default", "name": "agent"}),
    )


def _as(requestor: User, wanted: User, verb: str = "list") -> User | str:
    question = Attributes(requestor, verb, "", "v1", "pods", namespace="default")
    try:
        return impersonated(RbacAuthorizer(_policy()), wanted, question)
    except ApiError as error:
        return error.message


_ON = 'cannot impersonate-on:user-info:{} resource "pods" in API group "" in the namespace "default"'
_OTHERS = 'resource "{}" in API group "authentication.k8s.io" at the cluster scope'

CASES: dict[str, tuple[User, User, User | str]] = {
    "a user is known, and no more": (ROOT, User("x"), User("x", ("system:authenticated",))),
    "groups are what was asked for": (ROOT, User("x", ("a", "b")), User("x", ("a", "b", "system:authenticated"))),
    "who is said to be unknown stays so": (ROOT, User("x", ("system:unauthenticated",)), User("x", ("system:unauthenticated",))),
    "anonymous is unknown": (ROOT, User("system:anonymous"), User("system:anonymous", ("system:unauthenticated",))),
    "the group of masters is left to the legacy mode": (
        ROOT,
        User("x", ("system:masters",)),
        User("x", ("system:masters", "system:authenticated")),
    ),
    "a node is one of the nodes": (ROOT, User("system:node:n2"), User("system:node:n2", ("system:nodes", "system:authenticated"))),
    "a node with groups of its own is taken at its word": (
        ROOT,
        User("system:node:n2", ("a",)),
        User("system:node:n2", ("a", "system:authenticated")),
    ),
    "a ServiceAccount belongs to its groups": (
        ROOT,
        User("system:serviceaccount:ns:sa"),
        User("system:serviceaccount:ns:sa", ("system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated")),
    ),
    "uid and extra come along": (ROOT, User("x", (), "u", _EXTRA), User("x", ("system:authenticated",), "u", _EXTRA)),
    "who may be one user": (ANN, User("bob"), User("bob", ("system:authenticated",))),
    "who may be one user of one group": (ANN, User("bob", ("dev",)), User("bob", ("dev", "system:authenticated"))),
    "who may be of any group is asked once for many": (
        ANN,
        User("bob", ("a", "b", "c", "d")),
        User("bob", ("a", "b", "c", "d", "system:authenticated")),
    ),
    "not in another group": (
        ANN,
        User("bob", ("ops",)),
        'groups.authentication.k8s.io "ops" is forbidden: User "ann" cannot impersonate:user-info ' + _OTHERS.format("groups"),
    ),
    "not in the group of masters": (
        ANN,
        User("bob", ("system:masters",)),
        'groups.authentication.k8s.io "system:masters" is forbidden: User "ann" cannot impersonate:user-info '
        + _OTHERS.format("groups")
        + ": impersonating the system:masters group is not allowed",
    ),
    "not with a key that has no domain": (
        ANN,
        User("bob", (), "", (("a", ("1",)),)),
        'userextras.authentication.k8s.io is forbidden: User "ann" cannot impersonate:user-info '
        + _OTHERS.format("userextras")
        + ': impersonating an invalid key in extra is not allowed: extra.key: Invalid value: "a": '
        + 'must be a domain-prefixed path (such as "acme.io/foo")',
    ),
    "not another user": (
        ANN,
        User("eve"),
        'users.authentication.k8s.io "eve" is forbidden: User "ann" cannot impersonate:user-info ' + _OTHERS.format("users"),
    ),
    "the old verb is enough": (
        ANN,
        User("system:serviceaccount:default:x"),
        User("system:serviceaccount:default:x", ("system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated")),
    ),
    "a pod may be its node": (AGENT, User("system:node:n1"), User("system:node:n1", ("system:nodes", "system:authenticated"))),
    "a pod may be no other node": (
        AGENT,
        User("system:node:n2"),
        'pods is forbidden: User "system:serviceaccount:default:agent" ' + _ON.format("list").replace("user-info", "arbitrary-node"),
    ),
    "a group without a name": (
        ROOT,
        User("", ("a",)),
        'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"a"}, Extra:map[string][]string(nil)} '
        "without impersonating a user name",
    ),
}


@pytest.mark.parametrize(("requestor", "wanted", "becomes"), CASES.values(), ids=CASES.keys())
def test_whom_a_request_is_taken_for(requestor: User, wanted: User, becomes: User | str) -> None:
    assert _as(requestor, wanted) == becomes


def test_a_name_may_be_taken_for_some_requests_only() -> None:
    assert _as(ANN, User("bob"), "delete") == 'pods is forbidden: User "ann" ' + _ON.format("delete")
