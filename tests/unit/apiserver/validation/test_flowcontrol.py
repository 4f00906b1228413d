"""Priority levels and flow schemas: what is filled in and refused, in upstream's words, and what every cluster has."""

from __future__ import annotations

import copy

import pytest

from cluster.apiserver.printers import table
from cluster.machinery.flowcontrol import FLOW_SCHEMAS, PRIORITY_LEVELS
from cluster.machinery.kinds.flowcontrol import FLOWSCHEMAS, PRIORITYLEVELCONFIGURATIONS
from cluster.machinery.meta import Obj
from cluster.runner.flow_control import create_flow_control
from tests.unit.apiserver.rig import START, Rig
from tests.unit.apiserver.validation.judge import faults as faults_of
from tests.unit.apiserver.validation.judge import made

_ALL: Obj = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "namespaces": ["*"], "clusterScope": True}
_ANYBODY: Obj = {"kind": "Group", "group": {"name": "system:authenticated"}}
_VERBS = '"create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"'


def _schema(**spec: object) -> Obj:
    full = {"priorityLevelConfiguration": {"name": "low"}, "rules": [{"subjects": [_ANYBODY], "resourceRules": [_ALL]}], **spec}
    return {"metadata": {}, "spec": full}


def _rule(**rule: object) -> Obj:
    return _schema(rules=[{"subjects": [_ANYBODY], "resourceRules": [_ALL], **rule}])


@pytest.mark.parametrize(
    ("schema", "faults"),
    [
        pytest.param(_schema(), [], id="one for everybody"),
        pytest.param(
            _schema(priorityLevelConfiguration={}, matchingPrecedence=1, distinguisherMethod={"type": "ByMoon"}),
            [
                "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
                'spec.distinguisherMethod.type: Unsupported value: {"Type":"ByMoon"}: supported values: "ByNamespace", "ByUser"',
                "spec.priorityLevelConfiguration.name: Required value: must reference a priority level",
            ],
            id="before all others, of no level",
        ),
        pytest.param(
            _schema(matchingPrecedence=10_001),
            ["spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000"],
            id="behind the last",
        ),
        pytest.param(
            _schema(rules=[{}]),
            [
                "spec.rules[0].subjects: Required value: subjects must contain at least one value",
                "spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty",
            ],
            id="an empty rule",
        ),
        pytest.param(
            _rule(subjects=[{"kind": "User", "group": {"name": "g"}}, {"kind": "ServiceAccount", "serviceAccount": {"name": "*"}}]),
            [
                "spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User'",
                "spec.rules[0].subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'",
                "spec.rules[0].subjects[1].serviceAccount.namespace: Required value: must specify namespace for service account",
            ],
            id="subjects that say half",
        ),
        pytest.param(
            _rule(resourceRules=[{**_ALL, "verbs": ["look"], "apiGroups": [], "clusterScope": False, "namespaces": []}]),
            [
                f'spec.rules[0].resourceRules[0].verbs: Unsupported value: ["look"]: supported values: {_VERBS}',
                "spec.rules[0].resourceRules[0].apiGroups: Required value: resource rules must supply at least one api group",
                "spec.rules[0].resourceRules[0].namespaces: Required value: "
                "resource rules that are not cluster scoped must supply at least one namespace",
            ],
            id="a verb that there is not, of nothing, nowhere",
        ),
        pytest.param(
            _rule(nonResourceRules=[{"verbs": ["get", "*"], "nonResourceURLs": ["healthz", "/hea*", "/healthz/*"]}]),
            [
                'spec.rules[0].nonResourceRules[0].verbs: Invalid value: ["get","*"]: if \'*\' is present, must not specify other verbs',
                'spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "healthz": must start with slash',
                'spec.rules[0].nonResourceRules[0].nonResourceURLs[1]: Invalid value: "/hea*": wildcard can only do suffix matching',
            ],
            id="paths that are none",
        ),
    ],
)
def test_what_is_wrong_with_a_schema(schema: Obj, faults: list[str]) -> None:
    assert faults_of(FLOWSCHEMAS, schema) == faults


def _limited(**limited: object) -> Obj:
    return {"metadata": {}, "spec": {"type": "Limited", "limited": {"limitResponse": {"type": "Reject"}, **limited}}}


def _queues(**queuing: int) -> Obj:
    return _limited(limitResponse={"type": "Queue", "queuing": queuing})


@pytest.mark.parametrize(
    ("level", "faults"),
    [
        pytest.param(_limited(), [], id="one that rejects"),
        pytest.param(_queues(), [], id="one that queues as many do"),
        pytest.param(
            {"metadata": {}, "spec": {"type": "Exempt"}},
            ["spec.type: Invalid value: \"Exempt\": type must be 'Exempt' if and only if name is 'exempt'"],
            id="another one without a limit",
        ),
        pytest.param(
            {"metadata": {}, "spec": {"type": "Limited"}},
            ["spec.limited: Required value: must not be empty when type is Limited"],
            id="a limit that is not said",
        ),
        pytest.param(
            _limited(nominalConcurrencyShares=-1, lendablePercent=101, borrowingLimitPercent=-1),
            [
                "spec.limited.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer",
                "spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive",
                "spec.limited.borrowingLimitPercent: Invalid value: -1: if specified, must be a non-negative integer",
            ],
            id="shares out of range",
        ),
        pytest.param(
            _queues(queues=4, handSize=5),
            ["spec.limited.limitResponse.queuing.handSize: Invalid value: 5: should not be greater than queues (4)"],
            id="a hand larger than the deck",
        ),
        pytest.param(
            _queues(queues=1024, handSize=7),
            [
                "spec.limited.limitResponse.queuing.handSize: Invalid value: 7: "
                "required entropy bits of deckSize 1024 and handSize 7 should not be greater than 60"
            ],
            id="a hand that takes more bits than there are",
        ),
    ],
)
def test_what_is_wrong_with_a_level(level: Obj, faults: list[str]) -> None:
    assert faults_of(PRIORITYLEVELCONFIGURATIONS, level) == faults


@pytest.mark.parametrize("each", [*PRIORITY_LEVELS, *FLOW_SCHEMAS], ids=lambda each: f"{each['kind']} {each['metadata']['name']}")
def test_what_every_cluster_has_is_whole_and_good(each: Obj) -> None:
    kind = FLOWSCHEMAS if each["kind"] == FLOWSCHEMAS.kind else PRIORITYLEVELCONFIGURATIONS
    decoded = made(kind, copy.deepcopy(each))
    assert (decoded["spec"], faults_of(kind, copy.deepcopy(each))) == (each["spec"], [])


def test_a_mandatory_schema_is_as_it_is() -> None:
    changed = copy.deepcopy(FLOW_SCHEMAS[1])
    changed["spec"]["matchingPrecedence"] = 9_999
    (fault,) = faults_of(FLOWSCHEMAS, changed)
    assert fault.endswith("spec of 'catch-all' must equal the fixed value")


def test_a_schema_says_whether_its_level_is_there() -> None:
    rig = Rig()
    for _ in range(2):
        create_flow_control(rig.store, rig.admin)
    rig.admin.create(FLOWSCHEMAS, {**_schema(), "metadata": {"name": "lost"}})
    rows = table(FLOWSCHEMAS, rig.admin.list(FLOWSCHEMAS), START, list_meta={})["rows"]
    assert [row["cells"] for row in rows] == [
        ["catch-all", "catch-all", 10_000, "ByUser", "0s", "False"],
        ["endpoint-controller", "workload-high", 150, "ByUser", "0s", "False"],
        ["exempt", "exempt", 1, "<none>", "0s", "False"],
        ["global-default", "global-default", 9_900, "ByUser", "0s", "False"],
        ["kube-controller-manager", "workload-high", 800, "ByNamespace", "0s", "False"],
        ["kube-scheduler", "workload-high", 800, "ByNamespace", "0s", "False"],
        ["kube-system-service-accounts", "workload-high", 900, "ByNamespace", "0s", "False"],
        ["lost", "low", 1_000, "<none>", "0s", "True"],
        ["probes", "exempt", 2, "<none>", "0s", "False"],
        ["service-accounts", "workload-low", 9_000, "ByUser", "0s", "False"],
        ["system-leader-election", "leader-election", 100, "ByUser", "0s", "False"],
        ["system-node-high", "node-high", 400, "ByUser", "0s", "False"],
        ["system-nodes", "system", 500, "ByUser", "0s", "False"],
        ["workload-leader-election", "leader-election", 200, "ByUser", "0s", "False"],
    ]
