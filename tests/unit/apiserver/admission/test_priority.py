"""The plugin Priority: the number behind a class, and that one class at most is everybody's."""

from __future__ import annotations

import pytest

from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.scheduling import PRIORITYCLASSES
from cluster.machinery.meta import Obj
from cluster.machinery.priority import SYSTEM_CLASSES
from cluster.runner.priority_classes import create_system_priority_classes
from tests.unit.apiserver.rig import Rig, pod


def _class(name: str, value: int, **fields: object) -> Obj:
    return {"metadata": {"name": name}, "value": value, **fields}


_LOW = _class("low", -5, preemptionPolicy="Never")
_EVERYBODYS = _class("usual", 7, globalDefault=True)


def _rig(*classes: Obj) -> Rig:
    rig = Rig("default")
    for each in classes:
        rig.admin.create(PRIORITYCLASSES, each)
    return rig


_GIVEN = [
    pytest.param((), {}, (None, 0, "PreemptLowerPriority"), id="no class"),
    pytest.param((_EVERYBODYS,), {}, ("usual", 7, "PreemptLowerPriority"), id="the class of pods that name none"),
    pytest.param((_EVERYBODYS, _LOW), {"priorityClassName": "low"}, ("low", -5, "Never"), id="a class of its own"),
    pytest.param(
        SYSTEM_CLASSES,
        {"priorityClassName": "system-node-critical"},
        ("system-node-critical", 2_000_001_000, "PreemptLowerPriority"),
        id="a class of the system",
    ),
    pytest.param((_LOW,), {"priorityClassName": "low", "priority": -5}, ("low", -5, "Never"), id="the same number was sent"),
]


@pytest.mark.parametrize(("classes", "spec", "wanted"), _GIVEN)
def test_a_pod_gets_what_its_class_says(classes: tuple[Obj, ...], spec: Obj, wanted: tuple[str | None, int, str]) -> None:
    created = _rig(*classes).admin.create(PODS, pod("web", **spec))["spec"]
    assert (created.get("priorityClassName"), created["priority"], created["preemptionPolicy"]) == wanted


_COMPUTED = "priority admission controller computed"
_REFUSED = [
    pytest.param({"priorityClassName": "fast"}, "no PriorityClass with name fast was found", id="no such class"),
    pytest.param(
        {"priorityClassName": "low", "priority": 5},
        f"the integer value of priority (5) must not be provided in pod spec; {_COMPUTED} -5 from the given PriorityClass name",
        id="another number",
    ),
    pytest.param(
        {"priorityClassName": "low", "preemptionPolicy": "PreemptLowerPriority"},
        "the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in pod spec; "
        f"{_COMPUTED} Never from the given PriorityClass name",
        id="another policy",
    ),
]


@pytest.mark.parametrize(("spec", "why"), _REFUSED)
def test_a_pod_does_not_say_better(spec: Obj, why: str) -> None:
    with pytest.raises(ApiError) as refusal:
        _rig(_LOW).admin.create(PODS, pod("web", **spec))
    assert refusal.value.message == f'pods "web" is forbidden: {why}'


def test_a_second_class_is_not_everybodys() -> None:
    rig = _rig(_EVERYBODYS)
    with pytest.raises(ApiError) as refusal:
        rig.admin.create(PRIORITYCLASSES, _class("other", 8, globalDefault=True))
    why = "PriorityClass usual is already marked as default. Only one default can exist"
    assert refusal.value.message == f'priorityclasses.scheduling.k8s.io "other" is forbidden: {why}'


def test_the_class_that_is_everybodys_may_change_otherwise() -> None:
    rig = _rig(_EVERYBODYS)
    changed = rig.admin.patch(PRIORITYCLASSES, "usual", "", {"description": "what most pods are"})
    assert (changed["description"], changed["globalDefault"]) == ("what most pods are", True)


def test_the_classes_of_the_system_come_back_and_are_not_deleted() -> None:
    rig = Rig("default")
    create_system_priority_classes(rig.store, rig.admin)
    create_system_priority_classes(rig.store, rig.admin)
    with pytest.raises(ApiError) as refusal:
        rig.admin.delete(PRIORITYCLASSES, "system-node-critical", "")
    assert ([each["metadata"]["name"] for each in rig.admin.list(PRIORITYCLASSES)], refusal.value.message) == (
        ["system-cluster-critical", "system-node-critical"],
        'priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: this is a system priority class and cannot be deleted',
    )
