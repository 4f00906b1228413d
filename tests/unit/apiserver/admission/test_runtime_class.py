"""The plugin RuntimeClass: what a pod gets of its class, and what it may not say itself."""

from __future__ import annotations

import pytest

from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.node import RUNTIMECLASSES
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import Rig, pod

_SSD: Obj = {"key": "disk", "operator": "Equal", "value": "ssd", "effect": "NoSchedule"}
_ANY_DISK: Obj = {"key": "disk", "operator": "Exists"}
_CLASSES: tuple[Obj, ...] = (
    {"metadata": {"name": "plain"}, "handler": "runc"},
    {"metadata": {"name": "heavy"}, "handler": "kata", "overhead": {"podFixed": {"cpu": "250m"}}},
    {"metadata": {"name": "placed"}, "handler": "kata", "scheduling": {"nodeSelector": {"vm": "yes"}, "tolerations": [_ANY_DISK]}},
)


def _rig() -> Rig:
    rig = Rig("default")
    for each in _CLASSES:
        rig.admin.create(RUNTIMECLASSES, each)
    return rig


def _tolerations(spec: Obj) -> list[Obj]:
    """Those that are not every pod's."""
    return [each for each in spec["tolerations"] if each.get("effect") != "NoExecute"]


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        pytest.param({}, (None, None, []), id="no class"),
        pytest.param({"runtimeClassName": "plain"}, (None, None, []), id="a class that only names a handler"),
        pytest.param({"runtimeClassName": "heavy"}, ({"cpu": "250m"}, None, []), id="a class that costs something"),
        pytest.param({"runtimeClassName": "heavy", "overhead": {"cpu": "0.25"}}, ({"cpu": "250m"}, None, []), id="the same in other units"),
        pytest.param({"runtimeClassName": "placed"}, (None, {"vm": "yes"}, [_ANY_DISK]), id="a class of some nodes"),
        pytest.param(
            {"runtimeClassName": "placed", "nodeSelector": {"zone": "a"}, "tolerations": [_SSD]},
            (None, {"zone": "a", "vm": "yes"}, [_ANY_DISK]),
            id="a wider toleration takes the place of the pod's",
        ),
    ],
)
def test_a_pod_gets_what_its_class_says(spec: Obj, wanted: tuple[Obj | None, Obj | None, list[Obj]]) -> None:
    created = _rig().admin.create(PODS, pod("web", **spec))["spec"]
    assert (created.get("overhead"), created.get("nodeSelector"), _tolerations(created)) == wanted


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        pytest.param({"runtimeClassName": "gone"}, 'pod rejected: RuntimeClass "gone" not found', id="no such class"),
        pytest.param(
            {"overhead": {"cpu": "1"}},
            "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead",
            id="an overhead without a class",
        ),
        pytest.param(
            {"runtimeClassName": "heavy", "overhead": {"cpu": "1"}},
            "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
            id="another overhead than the class's",
        ),
        pytest.param(
            {"runtimeClassName": "placed", "nodeSelector": {"vm": "no"}},
            "conflict: runtimeClass.scheduling.nodeSelector[vm] = yes; pod.spec.nodeSelector[vm] = no",
            id="nodes that the class is not on",
        ),
    ],
)
def test_a_pod_does_not_say_otherwise(spec: Obj, why: str) -> None:
    with pytest.raises(ApiError) as refusal:
        _rig().admin.create(PODS, pod("web", **spec))
    assert refusal.value.message == f'pods "web" is forbidden: {why}'
