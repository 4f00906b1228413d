"""Default roles and bindings: what is missing comes back, what is more stays."""

from __future__ import annotations

import pytest

from cluster.apiserver.authorization.rbac.reconciliation import AUTO_UPDATE, reconciled
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rbac.objects import cluster_binding, cluster_role

_GET: Obj = {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}
_ALL: Obj = {"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods"]}
_LIST: Obj = {"verbs": ["list"], "apiGroups": [""], "resources": ["pods"]}
_OTHER: Obj = {"verbs": ["get"], "apiGroups": ["apps"], "resources": ["deployments"]}
_ANN, _BOB = {"kind": "User", "name": "ann"}, {"kind": "User", "name": "bob"}


def _marked(obj: Obj, **meta: Obj) -> Obj:
    return {**obj, "metadata": {**obj["metadata"], "uid": "u", **meta}}


def _gathering(*labels: str) -> Obj:
    selectors = [{"matchLabels": {label: "true"}} for label in labels]
    return {**cluster_role("r"), "rules": None, "aggregationRule": {"clusterRoleSelectors": selectors}}


CASES: dict[str, tuple[Obj, Obj, Obj | None]] = {
    "a role as it should be": (_marked(cluster_role("r", _ALL)), cluster_role("r", _GET), None),
    "a role with other rules, too": (_marked(cluster_role("r", _OTHER, _GET)), cluster_role("r", _GET), None),
    "a role that lacks a verb": (
        _marked(cluster_role("r", _OTHER, _GET)),
        cluster_role("r", _ALL),
        _marked(cluster_role("r", _OTHER, _GET, _LIST)),
    ),
    "a role that somebody wants as it is": (
        _marked(cluster_role("r"), annotations={AUTO_UPDATE: "false"}),
        cluster_role("r", _ALL),
        None,
    ),
    "a role without its label": (
        _marked(cluster_role("r", _GET), labels={"mine": "yes", "a": "changed"}),
        _marked(cluster_role("r", _GET), labels={"a": "b", "c": "d"}),
        _marked(cluster_role("r", _GET), labels={"a": "changed", "c": "d", "mine": "yes"}),
    ),
    "a role that gathers too little": (_marked(_gathering("x")), _gathering("y"), _marked(_gathering("x", "y"))),
    "a role that has gathered rules": (_marked({**_gathering("x"), "rules": [_GET]}), _gathering("x"), None),
    "a binding that lacks a subject": (
        _marked(cluster_binding("b", "r", _BOB)),
        cluster_binding("b", "r", _ANN),
        _marked(cluster_binding("b", "r", _BOB, _ANN)),
    ),
    "a binding of another role": (
        _marked(cluster_binding("b", "x", _BOB)),
        cluster_binding("b", "r", _ANN),
        cluster_binding("b", "r", _ANN),
    ),
}


@pytest.mark.parametrize(("existing", "expected", "becomes"), CASES.values(), ids=CASES.keys())
def test_a_default_is_brought_back(existing: Obj, expected: Obj, becomes: Obj | None) -> None:
    assert reconciled(existing, expected) == (existing if becomes is None else becomes)
