"""ClusterRoles that gather the rules of others."""

from __future__ import annotations

import pytest

from cluster.client.client import Client
from cluster.controller_manager.clusterroleaggregation.controller import MANAGER, aggregated_rules
from cluster.machinery.kinds.rbac import CLUSTERROLES
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rbac.objects import cluster_role
from tests.unit.controller_manager.cluster_rig import ControlledRig


def _rule(resource: str) -> Obj:
    return {"verbs": ["get"], "apiGroups": [""], "resources": [resource]}


def _labelled(role: Obj, *labels: str) -> Obj:
    return {**role, "metadata": {**role["metadata"], "labels": dict.fromkeys(labels, "true")}}


def _gathering(name: str, *labels: str) -> Obj:
    selectors = [{"matchLabels": {label: "true"}} for label in labels]
    return {**cluster_role(name), "aggregationRule": {"clusterRoleSelectors": selectors}}


A = _labelled(cluster_role("a", _rule("pods"), _rule("nodes")), "x")
B = _labelled(cluster_role("b", _rule("nodes"), _rule("events")), "x", "y")
C = _labelled(cluster_role("c", _rule("secrets")), "y")

CASES: dict[str, tuple[Obj, list[str]]] = {
    "by the names of the roles, each rule once": (_gathering("g", "x"), ["pods", "nodes", "events"]),
    "selector by selector": (_gathering("g", "y", "x"), ["nodes", "events", "secrets", "pods"]),
    "not its own": (_labelled(_gathering("c", "y"), "y"), ["nodes", "events"]),
    "nothing": (_gathering("g", "z"), []),
}


@pytest.mark.parametrize(("role", "resources"), CASES.values(), ids=CASES.keys())
def test_a_role_gathers(role: Obj, resources: list[str]) -> None:
    assert aggregated_rules(role, [C, B, A]) == [_rule(resource) for resource in resources]


def _rules(client: Client, name: str) -> list[Obj] | None:
    rules: list[Obj] | None = client.get(CLUSTERROLES, name)["rules"]
    return rules


def test_what_roles_allow_is_gathered_as_they_come_change_and_go() -> None:
    rig = ControlledRig()
    rig.admin.create(CLUSTERROLES, _gathering("g", "x"))
    rig.admin.create(CLUSTERROLES, _labelled(_gathering("h", "y"), "x"))
    seen = []
    for write in (
        lambda: rig.admin.create(CLUSTERROLES, C),
        lambda: rig.admin.create(CLUSTERROLES, A),
        lambda: rig.admin.patch(CLUSTERROLES, "c", "", {"rules": [_rule("events")]}),
        lambda: rig.admin.patch(CLUSTERROLES, "a", "", {"metadata": {"labels": {"x": None}}}),
        lambda: rig.admin.delete(CLUSTERROLES, "c"),
    ):
        write()
        rig.run(5)
        seen.append([[rule["resources"][0] for rule in _rules(rig.admin, name) or ()] for name in ("g", "h")])
    assert seen == [
        [["secrets"], ["secrets"]],
        [["pods", "nodes", "secrets"], ["secrets"]],
        [["pods", "nodes", "events"], ["events"]],
        [["events"], ["events"]],
        [[], []],
    ]


def test_what_somebody_writes_into_it_is_taken_back() -> None:
    rig = ControlledRig()
    rig.admin.create(CLUSTERROLES, A)
    rig.admin.create(CLUSTERROLES, _gathering("g", "x"))
    rig.run(5)
    rig.admin.patch(CLUSTERROLES, "g", "", {"rules": [_rule("secrets")]})
    rig.run(5)
    role = rig.admin.get(CLUSTERROLES, "g")
    owners = {entry["manager"]: entry["operation"] for entry in role["metadata"]["managedFields"] if "f:rules" in entry["fieldsV1"]}
    assert (role["rules"], owners) == (A["rules"], {MANAGER: "Apply"})
