"""Rules of PodDisruptionBudgets and PriorityClasses: the faults that breaking each of them causes."""

from __future__ import annotations

import pytest

from cluster.machinery.kinds.policy import PODDISRUPTIONBUDGETS
from cluster.machinery.kinds.scheduling import PRIORITYCLASSES
from cluster.machinery.meta import Obj
from tests.unit.apiserver.validation.judge import faults, faults_of_change, faults_of_status

_NOT_NEGATIVE = "must be greater than or equal to 0"
_SELECTOR: Obj = {"matchLabels": {"a": "b"}}
_BUDGETS = [
    pytest.param({"minAvailable": "50%"}, [], id="a budget"),
    pytest.param(
        {"minAvailable": 1, "maxUnavailable": "10%"},
        [
            'spec: Invalid value: {"MinAvailable":1,"Selector":{"matchLabels":{"a":"b"}},"MaxUnavailable":"10%",'
            '"UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set'
        ],
        id="what stays and what goes",
    ),
    pytest.param(
        {"maxUnavailable": "101%", "unhealthyPodEvictionPolicy": "Never"},
        [
            'spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
            'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
        ],
        id="more than all",
    ),
]


@pytest.mark.parametrize(("spec", "wanted"), _BUDGETS)
def test_a_new_budget(spec: Obj, wanted: list[str]) -> None:
    assert faults(PODDISRUPTIONBUDGETS, {"spec": {"selector": _SELECTOR, **spec}}) == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("Not_A_Label", []), ("a/b", ["metadata.name: Invalid value: \"a/b\": may not contain '/'"])],
    ids=["what fits into a path", "what does not"],
)
def test_the_name_of_a_budget(name: str, wanted: list[str]) -> None:
    assert faults(PODDISRUPTIONBUDGETS, {"metadata": {"name": name}, "spec": {"selector": _SELECTOR}}) == wanted


def test_a_budget_may_change() -> None:
    assert faults_of_change(PODDISRUPTIONBUDGETS, {"spec": {"selector": _SELECTOR}}, minAvailable=-1) == [
        f"spec.minAvailable: Invalid value: -1: {_NOT_NEGATIVE}"
    ]


def test_the_status_of_a_budget() -> None:
    fine: Obj = {"type": "A", "status": "True", "reason": "Fine", "lastTransitionTime": "2026-01-01T00:00:00Z", "message": ""}
    odd: Obj = {**fine, "status": "Maybe", "reason": "", "observedGeneration": -1, "lastTransitionTime": None}
    status = {"conditions": [fine, odd], "disruptionsAllowed": -1}
    path = "status.conditions[1]"
    assert faults_of_status(PODDISRUPTIONBUDGETS, {"spec": {"selector": _SELECTOR}}, status) == [
        f'{path}.type: Duplicate value: "A"',
        f'{path}.status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
        f"{path}.observedGeneration: Invalid value: -1: must be greater than or equal to zero",
        f"{path}.lastTransitionTime: Required value: must be set",
        f"{path}.reason: Required value: must be set",
        f"status.disruptionsAllowed: Invalid value: -1: {_NOT_NEGATIVE}",
    ]


_RESERVED = "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error:"
_CLASSES = [
    pytest.param("fast", {"value": 1_000_000_000}, [], id="a class"),
    pytest.param("system-node-critical", {"value": 2_000_001_000}, [], id="a class of the system"),
    pytest.param("system-x", {}, [f"{_RESERVED} system-x is not a known system priority class"], id="a class that looks like the system's"),
    pytest.param(
        "system-node-critical",
        {"value": 5},
        [f"{_RESERVED} value of system-node-critical PriorityClass must be 2000001000"],
        id="a class of the system with another value",
    ),
    pytest.param(
        "system-cluster-critical",
        {"value": 2_000_000_000, "globalDefault": True},
        [f"{_RESERVED} globalDefault of system-cluster-critical PriorityClass must be false"],
        id="a class of the system for everybody",
    ),
    pytest.param(
        "fast",
        {"preemptionPolicy": "Always"},
        ['preemptionPolicy: Unsupported value: "Always": supported values: "PreemptLowerPriority", "Never"'],
        id="an unknown policy",
    ),
]


@pytest.mark.parametrize(("name", "fields", "wanted"), _CLASSES)
def test_a_new_priority_class(name: str, fields: Obj, wanted: list[str]) -> None:
    assert faults(PRIORITYCLASSES, {"metadata": {"name": name}, **fields}) == wanted
