"""Roles, bindings and who may what, by the real kubectl."""

from __future__ import annotations

import pytest

from tests.parity.conftest import Kubectl

pytestmark = pytest.mark.kubectl

READER = "--as=ann"


@pytest.fixture
def reader(kubectl: Kubectl) -> Kubectl:
    """A namespace in which ``ann`` and the ServiceAccount ``robot`` may read pods."""
    assert kubectl("create", "role", "r", "--verb=get,list", "--resource=pods") == "role.rbac.authorization.k8s.io/r created\n"
    subjects = ("--user=ann", f"--serviceaccount={kubectl.namespace}:robot")
    assert kubectl("create", "rolebinding", "rb", "--role=r", *subjects) == "rolebinding.rbac.authorization.k8s.io/rb created\n"
    return kubectl


def test_roles_and_bindings_are_listed_as_in_a_real_cluster(reader: Kubectl) -> None:
    heads = [reader("get", kind, "-o", "wide").splitlines() for kind in ("roles", "rolebindings")]
    assert [lines[0].split() for lines in heads] == [
        ["NAME", "CREATED", "AT"],
        ["NAME", "ROLE", "AGE", "USERS", "GROUPS", "SERVICEACCOUNTS"],
    ]
    row = heads[1][1].split()
    assert [row[0], row[1], *row[3:]] == ["rb", "Role/r", "ann", f"{reader.namespace}/robot"]


def test_the_role_of_a_binding_stays(reader: Kubectl) -> None:
    patch = '{"roleRef": {"name": "other"}}'
    said = reader("patch", "rolebinding", "rb", "--type=merge", "-p", patch, ok=False)
    assert said == (
        'The RoleBinding "rb" is invalid: roleRef: Invalid value: '
        '{"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"other"}: cannot change roleRef\n'
    )


CAN_I: dict[str, tuple[tuple[str, ...], str, bool]] = {
    "an administrator may create pods": (("create", "pods"), "yes\n", True),
    "ann may list pods": (("list", "pods", READER), "yes\n", True),
    "ann may not delete pods": (("delete", "pods", READER), "no\n", False),
    "ann may not read logs": (("get", "pods", "--subresource=log", READER), "no\n", False),
    "anybody who is known may discover": (("get", "/apis", READER), "yes\n", True),
    "the garbage collector may delete everything": (
        ("delete", "deployments.apps", "--as=system:serviceaccount:kube-system:generic-garbage-collector"),
        "yes\n",
        True,
    ),
}


@pytest.mark.parametrize(("question", "answer", "ok"), CAN_I.values(), ids=CAN_I.keys())
def test_kubectl_asks_who_may_what(reader: Kubectl, question: tuple[str, ...], answer: str, ok: bool) -> None:
    assert reader("auth", "can-i", *question, ok=ok) == answer


def test_a_service_account_may_what_its_role_allows(reader: Kubectl) -> None:
    robot = f"--as=system:serviceaccount:{reader.namespace}:robot"
    assert (reader("auth", "can-i", "get", "pods", robot), reader("auth", "can-i", "get", "secrets", robot, ok=False)) == ("yes\n", "no\n")


def test_kubectl_lists_all_that_somebody_may(reader: Kubectl) -> None:
    lines = [line.split() for line in reader("auth", "can-i", "--list", READER).splitlines()]
    assert lines[0] == ["Resources", "Non-Resource", "URLs", "Resource", "Names", "Verbs"]
    assert ["pods", "[]", "[]", "[get", "list]"] in lines
    assert ["selfsubjectreviews.authentication.k8s.io", "[]", "[]", "[create]"] in lines
    assert ["[/api/*]", "[]", "[get]"] in lines


def test_who_may_not_is_told_so(reader: Kubectl) -> None:
    where = f'in the namespace "{reader.namespace}"'
    assert reader("delete", "pod", "x", READER, ok=False) == (
        'Error from server (Forbidden): pods "x" is forbidden: User "ann" cannot delete resource "pods" in API group "" ' + where + "\n"
    )
    assert reader("get", "secrets", READER, ok=False) == (
        f'Error from server (Forbidden): secrets is forbidden: User "ann" cannot list resource "secrets" in API group "" {where}\n'
    )


def test_a_node_sees_its_own_pods_only(kubectl: Kubectl) -> None:
    said = kubectl("get", "pods", "--as=system:node:worker-1", ok=False)
    assert said == (
        'Error from server (Forbidden): pods is forbidden: User "system:node:worker-1" cannot list resource "pods" in API group "" '
        f'in the namespace "{kubectl.namespace}": can only list/watch pods with spec.nodeName field selector\n'
    )
    assert kubectl("get", "nodes", "worker-1", "-o", "name", "--as=system:node:worker-1") == "node/worker-1\n"


def test_nobody_gives_away_more_than_they_have(reader: Kubectl) -> None:
    reader("create", "role", "grantor", "--verb=create", "--resource=roles,rolebindings")
    reader("create", "rolebinding", "grantors", "--role=grantor", "--user=ann")
    assert reader("create", "role", "less", "--verb=get", "--resource=pods", READER) == "role.rbac.authorization.k8s.io/less created\n"
    said = reader("create", "rolebinding", "more", "--clusterrole=view", "--user=eve", READER, ok=False)
    assert said.startswith(
        'error: failed to create rolebinding: rolebindings.rbac.authorization.k8s.io "more" is forbidden: '
        'user "ann" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n'
    )


def test_view_allows_what_it_gathers(kubectl: Kubectl) -> None:
    kubectl("create", "rolebinding", "viewers", "--clusterrole=view", "--user=vera")
    may = {kind: kubectl.run("auth", "can-i", "list", kind, "--as=vera").stdout for kind in ("pods", "deployments.apps", "secrets")}
    assert may == {"pods": "yes\n", "deployments.apps": "yes\n", "secrets": "no\n"}
