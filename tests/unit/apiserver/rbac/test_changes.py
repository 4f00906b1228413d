"""Roles and bindings take effect at once, whoever writes them."""

from __future__ import annotations

from cluster.apiserver.request import User
from cluster.client.client import Client
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import CONFIGMAPS
from cluster.machinery.kinds.rbac import CLUSTERROLEBINDINGS, CLUSTERROLES, ROLEBINDINGS, ROLES
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rbac.objects import binding, cluster_binding, cluster_role, role
from tests.unit.apiserver.rig import Rig

_ANN: Obj = {"kind": "User", "name": "ann"}
_READ: Obj = {"verbs": ["list"], "apiGroups": [""], "resources": ["configmaps"]}


def _may(ann: Client, namespace: str = "default") -> str:
    try:
        ann.list(CONFIGMAPS, namespace)
    except ApiError as error:
        return error.message.partition('" at' if not namespace else '"default"')[2]
    return "yes"


def test_a_role_in_a_namespace_comes_and_goes() -> None:
    rig = Rig()
    ann = rig.client("kubectl", User("ann", ("system:authenticated",)))
    answers = [_may(ann)]
    rig.admin.create(ROLEBINDINGS, binding("b", "r", _ANN))
    answers.append(_may(ann))
    rig.admin.create(ROLES, role("r", _READ))
    answers.append(_may(ann))
    rig.admin.delete(ROLES, "r", "default")
    answers.append(_may(ann))
    rig.admin.delete(ROLEBINDINGS, "b", "default")
    answers.append(_may(ann))
    missing = ': RBAC: role.rbac.authorization.k8s.io "r" not found'
    assert answers == ["", missing, "yes", missing, ""]


def test_a_role_of_the_cluster_is_changed_and_given_to_somebody_else() -> None:
    rig = Rig()
    ann = rig.client("kubectl", User("ann", ("system:authenticated",)))
    rig.admin.create(CLUSTERROLES, cluster_role("r", {**_READ, "verbs": ["get"]}))
    rig.admin.create(CLUSTERROLEBINDINGS, cluster_binding("b", "r", _ANN))
    answers = [_may(ann, "")]
    rig.admin.patch(CLUSTERROLES, "r", "", {"rules": [_READ]})
    answers.append(_may(ann, ""))
    rig.admin.patch(CLUSTERROLEBINDINGS, "b", "", {"subjects": [{**_ANN, "name": "bob"}]})
    answers.append(_may(ann, ""))
    assert answers == [" the cluster scope", "yes", " the cluster scope"]
