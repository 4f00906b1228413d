"""PUT and apply create what does not exist: only for who may create it."""

from __future__ import annotations

import pytest

from cluster.apiserver.request import Credentials, Options, PatchType, Request, User
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.rbac import CLUSTERROLEBINDINGS, CLUSTERROLES, ROLES
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rbac.objects import cluster_binding, cluster_role, role
from tests.unit.apiserver.rig import Rig

ANN = User("ann", ("system:authenticated",))
_NEW: Obj = {**role("new"), "rules": []}

WRITES: dict[str, Request] = {
    "PUT": Request("update", ROLES, "kubectl", Credentials(component=ANN), "default", "new", body=_NEW),
    "apply": Request(
        "patch",
        ROLES,
        "kubectl",
        Credentials(component=ANN),
        "default",
        "new",
        body=_NEW,
        patch_type=PatchType.APPLY,
        options=Options(field_manager="ann"),
    ),
}


@pytest.mark.parametrize("request_", WRITES.values(), ids=WRITES.keys())
@pytest.mark.parametrize(
    ("verbs", "said"),
    [
        pytest.param(["update", "patch", "create"], "201", id="by who may create"),
        pytest.param(["update", "patch"], '403 roles.rbac.authorization.k8s.io "new" is forbidden: ', id="by who may not"),
    ],
)
def test_what_does_not_exist_is_created(request_: Request, verbs: list[str], said: str) -> None:
    rig = Rig()
    rule = {"verbs": verbs, "apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles"]}
    rig.admin.create(CLUSTERROLES, cluster_role("r", rule))
    rig.admin.create(CLUSTERROLEBINDINGS, cluster_binding("b", "r", {"kind": "User", "name": "ann"}))
    try:
        answer = str(rig.handler.serve(request_).code)
    except ApiError as error:
        answer = f"{error.code} {error.message}"
    assert answer == said
