"""RBAC: what roles allow to whom they were given, and what is said when nothing does."""

from __future__ import annotations

import pytest

from cluster.apiserver.authorization.attributes import Attributes, path_attributes
from cluster.apiserver.authorization.decision import Decision, Rules
from cluster.apiserver.authorization.rbac.authorizer import RbacAuthorizer
from cluster.apiserver.authorization.rbac.policy import Policy
from cluster.apiserver.request import User
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rbac.objects import binding, cluster_binding, cluster_role, policy_of, role

ANN = User("ann", ("dev", "system:authenticated"))
ROBOT = User("system:serviceaccount:default:robot", ("system:serviceaccounts",))
_ANN, _DEV = {"kind": "User", "name": "ann"}, {"kind": "Group", "name": "dev"}
_ROBOT = {"kind": "ServiceAccount", "name": "robot"}


def _rule(verbs: str, resources: str, *names: str, groups: str = "") -> Obj:
    rule = {"verbs": verbs.split(), "apiGroups": [groups], "resources": resources.split()}
    return {**rule, "resourceNames": list(names)} if names else rule


def _policy() -> Policy:
    return policy_of(
        cluster_role("reader", _rule("get list", "pods */status"), {"verbs": ["get"], "nonResourceURLs": ["/metrics", "/logs/*"]}),
        cluster_role("scaler", _rule("*", "*/scale", groups="*")),
        role("one", _rule("get", "configmaps", "a", "b"), _rule("delete", "configmaps")),
        cluster_binding("readers", "reader", {"kind": "Group", "name": "ops"}, _DEV),
        binding("robots", "scaler", _ROBOT, kind="ClusterRole"),
        binding("ones", "one", _ANN),
        binding("lost", "nowhere", _ROBOT),
        cluster_binding("more-lost", "nowhere", {**_ROBOT, "namespace": "default"}),
    )


def _ask(user: User, verb: str, resource: str, name: str = "", *, namespace: str = "default", group: str = "") -> Attributes:
    plural, _, subresource = resource.partition("/")
    return Attributes(user, verb, group, "v1", plural, subresource, namespace, name)


_READER = 'RBAC: allowed by ClusterRoleBinding "readers" of ClusterRole "reader" to Group "dev"'
_ONES = 'RBAC: allowed by RoleBinding "ones/default" of Role "one" to User "ann"'
_SCALER = 'RBAC: allowed by RoleBinding "robots/default" of ClusterRole "scaler" to ServiceAccount "robot/default"'
_CLUSTER_LOST = 'clusterrole.rbac.authorization.k8s.io "nowhere" not found'
_LOST = f'RBAC: [{_CLUSTER_LOST}, role.rbac.authorization.k8s.io "nowhere" not found]'

CASES: dict[str, tuple[Attributes, Decision]] = {
    "a group of the cluster in a namespace": (_ask(ANN, "get", "pods", "web"), Decision(True, _READER)),
    "a group of the cluster at its scope": (_ask(ANN, "list", "pods", namespace=""), Decision(True, _READER)),
    "another verb": (_ask(ANN, "delete", "pods", "web"), Decision(False)),
    "another group of the API": (_ask(ANN, "get", "pods", "web", group="metrics.k8s.io"), Decision(False)),
    "a subresource is not the resource": (_ask(ANN, "get", "pods/log", "web"), Decision(False)),
    "a subresource of anything": (_ask(ANN, "get", "nodes/status", "n1", namespace=""), Decision(True, _READER)),
    "every verb of a subresource in one namespace": (_ask(ROBOT, "patch", "deployments/scale", "w", group="apps"), Decision(True, _SCALER)),
    "not in another namespace": (
        _ask(ROBOT, "patch", "deployments/scale", "w", group="apps", namespace="other"),
        Decision(False, f"RBAC: {_CLUSTER_LOST}"),
    ),
    "one name": (_ask(ANN, "get", "configmaps", "b"), Decision(True, _ONES)),
    "another name": (_ask(ANN, "get", "configmaps", "c"), Decision(False)),
    "names are no list": (_ask(ANN, "get", "configmaps"), Decision(False)),
    "a rule of the same role for every name": (_ask(ANN, "delete", "configmaps", "c"), Decision(True, _ONES)),
    "roles that do not exist are named": (_ask(ROBOT, "get", "pods", "web"), Decision(False, _LOST)),
    "a path": (path_attributes(ANN, "get", "/metrics"), Decision(True, _READER)),
    "a path below": (path_attributes(ANN, "get", "/logs/kubelet"), Decision(True, _READER)),
    "not the path above": (path_attributes(ANN, "get", "/logs"), Decision(False)),
    "another verb for a path": (path_attributes(ANN, "post", "/metrics"), Decision(False)),
    "somebody without a role": (_ask(User("eve"), "get", "pods", "web"), Decision(False)),
}


@pytest.mark.parametrize(("question", "decision"), CASES.values(), ids=CASES.keys())
def test_rules_decide(question: Attributes, decision: Decision) -> None:
    authorizer = RbacAuthorizer(_policy())
    assert (authorizer.authorize(question), authorizer.authorize(question)) == (decision, decision)


def test_the_rules_of_somebody_are_those_of_the_cluster_and_of_a_namespace() -> None:
    lost = ('clusterrole.rbac.authorization.k8s.io "nowhere" not found', 'role.rbac.authorization.k8s.io "nowhere" not found')
    assert RbacAuthorizer(_policy()).rules_for(ROBOT, "default") == Rules((_rule("*", "*/scale", groups="*"),), lost)
