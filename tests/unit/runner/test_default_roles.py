"""The default roles and bindings: there from the start, and again after somebody has spoiled them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from cluster.apiserver.authorization.bootstrap_policy import DEFAULTS, KUBEADM
from cluster.apiserver.request import User
from cluster.client.client import Client
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import NODES, PODS, SECRETS
from cluster.machinery.kinds.rbac import CLUSTERROLEBINDINGS, CLUSTERROLES, KINDS
from cluster.machinery.meta import Obj
from cluster.runner.default_roles import ensure_default_roles
from tests.unit.apiserver.rig import Rig

MASTER = User("system:apiserver", ("system:masters",))


def _shown(obj: Obj) -> Obj:
    """What of an object is not given by the server."""
    meta = {field: value for field, value in obj["metadata"].items() if field in ("name", "namespace", "labels", "annotations")}
    return {**obj, "metadata": meta}


def _keyed(objects: Iterable[Obj]) -> dict[tuple[str, str], Obj]:
    """By kind, and by name behind the namespace if there is one."""
    return {(obj["kind"], "/".join((*_namespace(obj), obj["metadata"]["name"]))): _shown(obj) for obj in objects}


def _namespace(obj: Obj) -> tuple[str, ...]:
    return (obj["metadata"]["namespace"],) if "namespace" in obj["metadata"] else ()


def _all(client: Client) -> dict[tuple[str, str], Obj]:
    return _keyed(obj for kind in KINDS for obj in client.list(kind))


def _rig() -> tuple[Rig, Client]:
    rig = Rig("default", "kube-system", "kube-public")
    master = rig.client("kube-apiserver", MASTER)
    ensure_default_roles(master)
    return rig, master


def test_a_new_cluster_gets_those_of_kubeadm_too() -> None:
    _, master = _rig()
    assert _all(master) == _keyed((*DEFAULTS, *KUBEADM))


def test_what_is_as_it_should_be_is_not_written() -> None:
    rig, master = _rig()
    before = rig.store.revision
    ensure_default_roles(master)
    assert rig.store.revision == before


def test_what_was_deleted_or_weakened_comes_back_but_for_what_kubeadm_made() -> None:
    _, master = _rig()
    before = _all(master)
    master.delete(CLUSTERROLES, "view")
    master.delete(CLUSTERROLEBINDINGS, "kubeadm:get-nodes")
    master.patch(CLUSTERROLES, "system:basic-user", "", {"rules": before["ClusterRole", "system:basic-user"]["rules"][:1]})
    binding = before["ClusterRoleBinding", "system:kube-dns"]
    master.delete(CLUSTERROLEBINDINGS, "system:kube-dns")
    master.create(CLUSTERROLEBINDINGS, {**binding, "roleRef": {**binding["roleRef"], "name": "view"}})
    ensure_default_roles(master)
    rules = before["ClusterRole", "system:basic-user"]["rules"]
    singles = [{**rules[1], "resources": [resource], "verbs": ["create"]} for resource in rules[1]["resources"]]
    before["ClusterRole", "system:basic-user"]["rules"] = [rules[0], *singles]
    del before["ClusterRoleBinding", "kubeadm:get-nodes"]
    assert _all(master) == before


WHO: dict[str, tuple[User, dict[str, bool]]] = {
    "kubeadm's administrator": (User("kubernetes-admin", ("kubeadm:cluster-admins",)), {"pods": True, "secrets": True, "nodes": True}),
    "the scheduler": (User("system:kube-scheduler"), {"pods": True, "secrets": False, "nodes": True}),
    "the controllers' process": (User("system:kube-controller-manager"), {"pods": True, "secrets": True, "nodes": True}),
    "the garbage collector": (
        User("system:serviceaccount:kube-system:generic-garbage-collector"),
        {"pods": True, "secrets": True, "nodes": True},
    ),
    "a ServiceAccount": (
        User("system:serviceaccount:default:default", ("system:serviceaccounts",)),
        {"pods": False, "secrets": False, "nodes": False},
    ),
}


@pytest.mark.parametrize(("user", "may"), WHO.values(), ids=WHO.keys())
def test_components_may_list_what_they_need(user: User, may: dict[str, bool]) -> None:
    rig, _ = _rig()
    client = rig.client("x", user)

    def is_allowed(kind: str) -> bool:
        try:
            client.list({"pods": PODS, "secrets": SECRETS, "nodes": NODES}[kind])
        except ApiError:
            return False
        return True

    assert {kind: is_allowed(kind) for kind in may} == may
