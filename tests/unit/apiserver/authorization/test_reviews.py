"""Reviews: whether somebody may do something, and all that they may."""

from __future__ import annotations

import pytest

from cluster.apiserver.request import Credentials, Request, User
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.authorization import (
    LOCALSUBJECTACCESSREVIEWS,
    SELFSUBJECTACCESSREVIEWS,
    SELFSUBJECTRULESREVIEWS,
    SUBJECTACCESSREVIEWS,
)
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import ADMIN, Rig

ANN = User("ann", ("system:authenticated",))
ROOT = User("root", (*ADMIN.groups, "system:authenticated"))


def _ask(user: User, kind: Kind, body: Obj, namespace: str = "") -> Obj | str:
    try:
        answer = Rig().handler.serve(Request("create", kind, "kubectl", Credentials(component=user), namespace, body=body)).value
    except ApiError as error:
        return f"{error.code} {error.message}"
    assert isinstance(answer, dict)
    return answer


def _pods(verb: str, **more: object) -> Obj:
    return {"resourceAttributes": {"verb": verb, "resource": "pods", "namespace": "default", **more}}


_CLUSTER_ADMIN = (
    'RBAC: allowed by ClusterRoleBinding "kubeadm:cluster-admins" of ClusterRole "cluster-admin" to Group "kubeadm:cluster-admins"'
)
_DISCOVERY = 'RBAC: allowed by ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group "system:authenticated"'
_SCHEDULER = (
    'RBAC: allowed by ClusterRoleBinding "system:kube-scheduler" of ClusterRole "system:kube-scheduler" to User "system:kube-scheduler"'
)
_NODE = {"user": "system:node:n1", "groups": ["system:nodes"]}
_ONLY_OWN = "can only list/watch pods with spec.nodeName field selector"

ANSWERS: dict[str, tuple[User, Kind, Obj, Obj]] = {
    "an administrator may": (ROOT, SELFSUBJECTACCESSREVIEWS, _pods("create"), {"allowed": True, "reason": _CLUSTER_ADMIN}),
    "somebody may not": (ANN, SELFSUBJECTACCESSREVIEWS, _pods("create"), {"allowed": False}),
    "a path": (
        ANN,
        SELFSUBJECTACCESSREVIEWS,
        {"nonResourceAttributes": {"verb": "get", "path": "/apis"}},
        {"allowed": True, "reason": _DISCOVERY},
    ),
    "a path that nobody was given": (ANN, SELFSUBJECTACCESSREVIEWS, {"nonResourceAttributes": {"verb": "get"}}, {"allowed": False}),
    "somebody else may": (
        ROOT,
        SUBJECTACCESSREVIEWS,
        {"user": "system:kube-scheduler", **_pods("create", subresource="binding")},
        {"allowed": True, "reason": _SCHEDULER},
    ),
    "a group may do everything": (ROOT, SUBJECTACCESSREVIEWS, {"groups": ["system:masters"], **_pods("create")}, {"allowed": True}),
    "a node may list its pods": (
        ROOT,
        SUBJECTACCESSREVIEWS,
        {**_NODE, **_pods("list", fieldSelector={"requirements": [{"key": "spec.nodeName", "operator": "In", "values": ["n1"]}]})},
        {"allowed": True},
    ),
    "a node may list its pods, asked in words": (
        ROOT,
        SUBJECTACCESSREVIEWS,
        {**_NODE, **_pods("list", fieldSelector={"rawSelector": "spec.nodeName=n1"})},
        {"allowed": True},
    ),
    "a node may not list all pods": (ROOT, SUBJECTACCESSREVIEWS, {**_NODE, **_pods("list")}, {"allowed": False, "reason": _ONLY_OWN}),
}


@pytest.mark.parametrize(("user", "kind", "spec", "status"), ANSWERS.values(), ids=ANSWERS.keys())
def test_a_review_is_answered_with_its_status(user: User, kind: Kind, spec: Obj, status: Obj) -> None:
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": kind.kind, "metadata": {}, "spec": spec}
    answer = _ask(user, kind, review)
    assert isinstance(answer, dict)
    assert {**answer, "metadata": {}} == {**review, "status": status}


def test_a_review_says_who_asked() -> None:
    answer = _ask(ROOT, SELFSUBJECTACCESSREVIEWS, {"spec": {"nonResourceAttributes": {"path": "/a"}}})
    assert isinstance(answer, dict)
    assert answer["metadata"] == {
        "managedFields": [
            {
                "manager": "kubectl",
                "operation": "Update",
                "apiVersion": "authorization.k8s.io/v1",
                "time": "2026-01-01T00:00:00Z",
                "fieldsType": "FieldsV1",
                "fieldsV1": {"f:spec": {"f:nonResourceAttributes": {".": {}, "f:path": {}}}},
            }
        ]
    }


def test_a_local_review_asks_in_its_namespace() -> None:
    spec = {"user": "ann", **_pods("list")}
    answer = _ask(ROOT, LOCALSUBJECTACCESSREVIEWS, {"spec": spec}, "default")
    assert isinstance(answer, dict)
    assert (answer["metadata"]["namespace"], answer["status"]) == ("default", {"allowed": False})


_INVALID = '422 .authorization.k8s.io "" is invalid: '
_FIELD = "spec.resourceAttributes.fieldSelector"
REFUSALS: dict[str, tuple[Kind, Obj, str]] = {
    "no question": (
        SELFSUBJECTACCESSREVIEWS,
        {"spec": {}},
        'spec.resourceAttributes: Invalid value: "null": exactly one of nonResourceAttributes or resourceAttributes must be specified',
    ),
    "two questions": (
        SELFSUBJECTACCESSREVIEWS,
        {"spec": {**_pods("get"), "nonResourceAttributes": {"path": "/a", "verb": "get"}}},
        'spec.nonResourceAttributes: Invalid value: {"Path":"/a","Verb":"get"}: cannot be specified in combination with resourceAttributes',
    ),
    "nobody is asked about": (
        SUBJECTACCESSREVIEWS,
        {"spec": _pods("get")},
        'spec.user: Invalid value: "": at least one of user or group must be specified',
    ),
    "a name": (
        SELFSUBJECTACCESSREVIEWS,
        {"metadata": {"name": "x"}, "spec": _pods("get")},
        'metadata: Invalid value: {"name":"x"}: must be empty',
    ),
    "a question about another namespace": (
        LOCALSUBJECTACCESSREVIEWS,
        {"spec": {"user": "a", **_pods("get", namespace="kube-system")}},
        'spec.resourceAttributes.namespace: Invalid value: "kube-system": must match metadata.namespace',
    ),
    "a selector in two ways": (
        SELFSUBJECTACCESSREVIEWS,
        {"spec": _pods("list", fieldSelector={"rawSelector": "a=b", "requirements": [{"key": "a", "operator": "Exists"}]})},
        f'{_FIELD}.rawSelector: Invalid value: "a=b": may not specified at the same time as requirements',
    ),
    "a selector that selects nothing": (
        SELFSUBJECTACCESSREVIEWS,
        {"spec": _pods("list", fieldSelector={})},
        f"{_FIELD}.requirements: Required value: when {_FIELD} is specified, requirements or rawSelector is required",
    ),
    "a selector without values": (
        SELFSUBJECTACCESSREVIEWS,
        {"spec": _pods("list", fieldSelector={"requirements": [{"key": "a", "operator": "In"}]})},
        f"{_FIELD}.requirements[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    ),
}


@pytest.mark.parametrize(("kind", "body", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_bad_review_is_refused(kind: Kind, body: Obj, message: str) -> None:
    assert _ask(ROOT, kind, body, "default" if kind.namespaced else "") == _INVALID + message


def test_the_rules_of_the_asker_are_listed() -> None:
    answer = _ask(ANN, SELFSUBJECTRULESREVIEWS, {"spec": {"namespace": "default"}})
    health = ["/healthz", "/livez", "/readyz", "/version", "/version/"]
    discovery = sorted([*health, "/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*"])
    reviews = ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]
    assert answer == {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "metadata": {},
        "spec": {},
        "status": {
            "resourceRules": [
                {"verbs": ["create"], "apiGroups": ["authorization.k8s.io"], "resources": reviews},
                {"verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"]},
            ],
            "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": discovery}, {"verbs": ["get"], "nonResourceURLs": health}],
            "incomplete": False,
        },
    }


def test_the_rules_of_a_node_can_not_be_listed() -> None:
    node = User("system:node:n1", ("system:nodes", "system:authenticated"))
    answer = _ask(node, SELFSUBJECTRULESREVIEWS, {"spec": {"namespace": "default"}})
    assert isinstance(answer, dict)
    assert (answer["status"]["incomplete"], answer["status"]["evaluationError"]) == (
        True,
        "node authorizer does not support user rule resolution",
    )


def test_a_rules_review_needs_a_namespace() -> None:
    assert _ask(ANN, SELFSUBJECTRULESREVIEWS, {"spec": {}}) == "400 no namespace on request"
