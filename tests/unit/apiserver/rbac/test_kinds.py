"""Roles and bindings: what is filled in, what is refused, what never changes."""

from __future__ import annotations

import pytest

from cluster.apiserver.registry import strategies
from cluster.apiserver.schema import decode
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.rbac import CLUSTERROLEBINDINGS, CLUSTERROLES, GROUP, ROLEBINDINGS, ROLES
from cluster.machinery.meta import Obj


def _decoded(kind: Kind, obj: Obj) -> Obj:
    decoded, _ = decode(kind, obj)
    decoded["metadata"].setdefault("name", "x")
    if kind.namespaced:
        decoded["metadata"]["namespace"] = "default"
    strategies[kind].default(decoded)
    return decoded


def _binding(*subjects: Obj, **role: str) -> Obj:
    return {"roleRef": {"kind": "ClusterRole", "name": "view", **role}, "subjects": list(subjects)}


def _rule(**fields: list[str]) -> Obj:
    return {"rules": [{"verbs": ["get"], **fields}]}


_SELECTOR = "aggregationRule.clusterRoleSelectors"
_FAULTS: dict[str, tuple[Kind, Obj, list[str]]] = {
    "a Role for one resource": (ROLES, _rule(apiGroups=[""], resources=["pods"]), []),
    "a Role for one object of two resources": (ROLES, _rule(apiGroups=[""], resources=["pods", "nodes"], resourceNames=["a"]), []),
    "a name that no other kind would take": (ROLES, {"metadata": {"name": "System:A_b"}}, []),
    "a ClusterRole for a path": (CLUSTERROLES, _rule(nonResourceURLs=["/metrics"]), []),
    "a RoleBinding of a ClusterRole": (ROLEBINDINGS, _binding({"kind": "Group", "name": "a"}), []),
    "a ServiceAccount without a namespace in a RoleBinding": (ROLEBINDINGS, _binding({"kind": "ServiceAccount", "name": "a"}), []),
    "a name with a slash": (CLUSTERROLES, {"metadata": {"name": "a/b"}}, ["metadata.name: Invalid value: \"a/b\": may not contain '/'"]),
    "a Role for a path": (
        ROLES,
        _rule(nonResourceURLs=["/a"]),
        ['rules[0].nonResourceURLs: Invalid value: ["/a"]: namespaced rules cannot apply to non-resource URLs'],
    ),
    "a rule for a path and a resource": (
        CLUSTERROLES,
        _rule(nonResourceURLs=["/a"], resources=["pods"]),
        ['rules[0].nonResourceURLs: Invalid value: ["/a"]: rules cannot apply to both regular resources and non-resource URLs'],
    ),
    "a rule without a resource": (
        CLUSTERROLES,
        _rule(apiGroups=[""]),
        ["rules[0].resources: Required value: resource rules must supply at least one resource"],
    ),
    "an aggregation of nothing": (
        CLUSTERROLES,
        {"aggregationRule": {}},
        [f"{_SELECTOR}: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil"],
    ),
    "an aggregation by a selector that is none": (
        CLUSTERROLES,
        {"aggregationRule": {"clusterRoleSelectors": [{"matchExpressions": [{"key": "a", "operator": "Is"}]}]}},
        [
            f'{_SELECTOR}[0].matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
            f'{_SELECTOR}[0]: Invalid value: "null": invalid label selector.',
        ],
    ),
    "a ClusterRoleBinding of a Role": (
        CLUSTERROLEBINDINGS,
        _binding(kind="Role"),
        ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
    ),
    "a role of another group": (
        ROLEBINDINGS,
        _binding(apiGroup="apps"),
        [f'roleRef.apiGroup: Unsupported value: "apps": supported values: "{GROUP}"'],
    ),
    "a ServiceAccount without a namespace in a ClusterRoleBinding": (
        CLUSTERROLEBINDINGS,
        _binding({"kind": "ServiceAccount", "name": "a"}),
        ["subjects[0].namespace: Required value"],
    ),
    "a ServiceAccount of a group, with a bad name": (
        ROLEBINDINGS,
        _binding({"kind": "ServiceAccount", "name": "A_", "apiGroup": GROUP}),
        [
            'subjects[0].name: Invalid value: "A_": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '
            "'-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
            "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
            f'subjects[0].apiGroup: Unsupported value: "{GROUP}": supported values: ""',
        ],
    ),
    "a user without a name": (
        ROLEBINDINGS,
        _binding({"kind": "User"}),
        ["subjects[0].name: Required value", 'subjects[0].name: Invalid value: "": user name cannot be empty'],
    ),
}


@pytest.mark.parametrize(("kind", "obj", "faults"), _FAULTS.values(), ids=_FAULTS.keys())
def test_a_role_or_binding_to_be_created_is_judged(kind: Kind, obj: Obj, faults: list[str]) -> None:
    assert [str(fault) for fault in strategies[kind].validate(_decoded(kind, obj))] == faults


def test_the_groups_of_a_role_and_of_subjects_are_filled_in() -> None:
    subjects = [{"kind": "User", "name": "a"}, {"kind": "Group", "name": "b"}, {"kind": "ServiceAccount", "name": "c", "apiGroup": ""}]
    decoded = _decoded(ROLEBINDINGS, _binding(*subjects))
    assert (decoded["roleRef"]["apiGroup"], decoded["subjects"]) == (
        GROUP,
        [
            {"kind": "User", "name": "a", "apiGroup": GROUP},
            {"kind": "Group", "name": "b", "apiGroup": GROUP},
            {"kind": "ServiceAccount", "name": "c"},
        ],
    )


def test_a_role_without_rules_says_so() -> None:
    assert _decoded(ROLES, {"rules": []})["rules"] is None


@pytest.mark.parametrize("kind", [ROLEBINDINGS, CLUSTERROLEBINDINGS], ids=lambda kind: str(kind.kind))
def test_a_binding_keeps_its_role(kind: Kind) -> None:
    old = _decoded(kind, _binding())
    old["metadata"]["resourceVersion"] = "1"
    changed = {**old, "roleRef": {**old["roleRef"], "name": "edit"}}
    text = f'{{"APIGroup":"{GROUP}","Kind":"ClusterRole","Name":"edit"}}'
    faults = [str(fault) for fault in strategies[kind].validate_update(changed, old)]
    assert faults == [f"roleRef: Invalid value: {text}: cannot change roleRef"]
