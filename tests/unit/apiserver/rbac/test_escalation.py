"""Nobody gives away more than they have."""

from __future__ import annotations

import pytest

from cluster.apiserver.request import User
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.rbac import CLUSTERROLEBINDINGS, CLUSTERROLES, ROLEBINDINGS, ROLES
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rbac.objects import binding, cluster_binding, cluster_role, role
from tests.unit.apiserver.rig import ADMIN, Rig

ANN = User("ann", ("dev", "system:authenticated"))
"""May write roles and bindings of every kind, read pods, scale anything in apps and see what lies under /logs."""
EVE = User("eve", ("system:authenticated",))
"""As ann, and was given a role that does not exist."""
BOB = User("bob", ("system:authenticated",))
"""As ann, and may escalate roles and bind the ClusterRole ``view``."""
_RBAC = ["rbac.authorization.k8s.io"]
_KINDS = ["roles", "rolebindings", "clusterroles", "clusterrolebindings"]


def _rule(verbs: str, resources: str, group: str = "") -> Obj:
    return {"verbs": verbs.split(), "apiGroups": [group], "resources": resources.split()}


def _rig() -> Rig:
    rig = Rig()
    write = {"verbs": ["create", "update", "patch", "get"], "apiGroups": _RBAC, "resources": _KINDS}
    has = (write, _rule("get list", "pods"), _rule("update", "*/scale", "apps"), {"verbs": ["get"], "nonResourceURLs": ["/logs/*"]})
    rig.admin.create(CLUSTERROLES, cluster_role("writer", *has))
    rig.admin.create(CLUSTERROLES, cluster_role("reader", _rule("get", "pods")))
    rig.admin.create(CLUSTERROLES, cluster_role("view", _rule("get", "secrets")))
    rig.admin.create(CLUSTERROLES, cluster_role("more", _rule("escalate", "roles clusterroles", _RBAC[0])))
    bind = {**_rule("bind", "clusterroles", _RBAC[0]), "resourceNames": ["view"]}
    rig.admin.create(CLUSTERROLES, cluster_role("binder", bind))
    everybody = ({"kind": "Group", "name": "dev"}, {"kind": "User", "name": "eve"}, {"kind": "User", "name": "bob"})
    rig.admin.create(CLUSTERROLEBINDINGS, cluster_binding("writers", "writer", *everybody))
    for name in ("more", "binder"):
        rig.admin.create(CLUSTERROLEBINDINGS, cluster_binding(name, name, {"kind": "User", "name": "bob"}))
    rig.admin.create(ROLES, role("secrets", _rule("get", "secrets")))
    broken = {**binding("lost", "none", {"kind": "User", "name": "eve"}, kind="ClusterRole")}
    rig.admin.create(ROLEBINDINGS, broken)
    return rig


def _try(user: User, kind: Kind, obj: Obj) -> str:
    try:
        _rig().client("kubectl", user).create(kind, obj)
    except ApiError as error:
        return f"{error.code} {error.message}"
    return ""


def _grants(kind: str, user: str, groups: str, *lines: str, rest: str = "") -> str:
    why = f'user "{user}" (groups=[{groups}]) is attempting to grant RBAC permissions not currently held:\n'
    return f'403 {kind}.rbac.authorization.k8s.io "x" is forbidden: {why}' + "\n".join(lines) + rest


_DEV = '"dev" "system:authenticated"'
_SECRETS = '{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}'
_GATHERS = {**cluster_role("x"), "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}}
_ANYBODY = {"kind": "User", "name": "mallory"}

CASES: dict[str, tuple[User, Kind, Obj, str]] = {
    "what one has": (ANN, ROLES, role("x", _rule("get", "pods"), _rule("update", "deployments/scale", "apps")), ""),
    "a path that one has": (ANN, CLUSTERROLES, cluster_role("x", {"verbs": ["get"], "nonResourceURLs": ["/logs/a"]}), ""),
    "one object of what one has": (ANN, ROLES, role("x", {**_rule("get", "pods"), "resourceNames": ["a"]}), ""),
    "more than one has": (
        ANN,
        ROLES,
        role("x", _rule("get watch delete", "pods nodes"), {**_rule("get", "configmaps"), "resourceNames": ["a"]}),
        _grants(
            "roles",
            "ann",
            _DEV,
            '{APIGroups:[""], Resources:["configmaps"], ResourceNames:["a"], Verbs:["get"]}',
            '{APIGroups:[""], Resources:["nodes"], Verbs:["get" "watch" "delete"]}',
            '{APIGroups:[""], Resources:["pods"], Verbs:["watch" "delete"]}',
        ),
    ),
    "a path that one does not have": (
        ANN,
        CLUSTERROLES,
        cluster_role("x", {"verbs": ["get"], "nonResourceURLs": ["/*"]}),
        _grants("clusterroles", "ann", _DEV, '{NonResourceURLs:["/*"], Verbs:["get"]}'),
    ),
    "everything": (
        ANN,
        CLUSTERROLES,
        cluster_role("x", _rule("*", "*", "*")),
        _grants("clusterroles", "ann", _DEV, '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}'),
    ),
    "gathering what others will write": (
        ANN,
        CLUSTERROLES,
        _GATHERS,
        '403 clusterroles.rbac.authorization.k8s.io "x" is forbidden: must have cluster-admin privileges to use the aggregationRule',
    ),
    "gathering by an administrator": (ADMIN, CLUSTERROLES, _GATHERS, ""),
    "more than one has, with the verb escalate": (BOB, ROLES, role("x", _rule("*", "*", "*")), ""),
    "binding what one has": (ANN, ROLEBINDINGS, binding("x", "reader", _ANYBODY, kind="ClusterRole"), ""),
    "binding more in a namespace": (
        ANN,
        ROLEBINDINGS,
        binding("x", "secrets", _ANYBODY),
        _grants("rolebindings", "ann", _DEV, _SECRETS),
    ),
    "binding more in the cluster": (
        ANN,
        CLUSTERROLEBINDINGS,
        cluster_binding("x", "view", _ANYBODY),
        _grants("clusterrolebindings", "ann", _DEV, _SECRETS),
    ),
    "binding more, with the verb bind": (BOB, CLUSTERROLEBINDINGS, cluster_binding("x", "view", _ANYBODY), ""),
    "binding a role that does not exist": (
        ANN,
        ROLEBINDINGS,
        binding("x", "none", _ANYBODY, kind="ClusterRole"),
        '404 clusterroles.rbac.authorization.k8s.io "none" not found',
    ),
    "binding what is no role": (
        ANN,
        ROLEBINDINGS,
        binding("x", "none", _ANYBODY, kind="Robot"),
        '422 RoleBinding.rbac.authorization.k8s.io "x" is invalid: roleRef.kind: Unsupported value: "Robot": '
        'supported values: "Role", "ClusterRole"',
    ),
    "binding a role that does not exist, by an administrator": (
        ADMIN,
        ROLEBINDINGS,
        binding("x", "none", _ANYBODY, kind="ClusterRole"),
        "",
    ),
    "what keeps the own rights from being known is told": (
        EVE,
        ROLES,
        role("x", _rule("get", "secrets")),
        _grants(
            "roles",
            "eve",
            '"system:authenticated"',
            _SECRETS,
            rest='; resolution errors: [clusterroles.rbac.authorization.k8s.io "none" not found]',
        ),
    ),
}


@pytest.mark.parametrize(("user", "kind", "obj", "refusal"), CASES.values(), ids=CASES.keys())
def test_who_creates_a_role_or_binding(user: User, kind: Kind, obj: Obj, refusal: str) -> None:
    assert _try(user, kind, obj) == refusal


CHANGES: dict[str, tuple[Obj, str]] = {
    "letting it go": ({"metadata": {"finalizers": None}}, ""),
    "a label": ({"metadata": {"labels": {"a": "b"}}}, _grants("roles", "ann", _DEV, _SECRETS)),
    "taking away": ({"rules": []}, ""),
}


@pytest.mark.parametrize(("patch", "refusal"), CHANGES.values(), ids=CHANGES.keys())
def test_who_changes_a_role_that_allows_more_than_they_have(patch: Obj, refusal: str) -> None:
    rig = _rig()
    rig.admin.create(
        ROLES, {**role("x", _rule("get", "secrets")), "metadata": {"name": "x", "namespace": "default", "finalizers": ["a/b"]}}
    )
    try:
        rig.client("kubectl", ANN).patch(ROLES, "x", "default", patch)
        said = ""
    except ApiError as error:
        said = f"{error.code} {error.message}"
    assert said == refusal
