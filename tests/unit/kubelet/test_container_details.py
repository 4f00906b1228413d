"""What a container's status repeats of its spec."""

from __future__ import annotations

import pytest

from cluster.kubelet.container_details import container_details
from cluster.machinery.cri import ROOT, ContainerUser
from cluster.machinery.meta import Obj

AS_ROOT = {"user": {"linux": {"uid": 0, "gid": 0, "supplementalGroups": [0]}}}
RESOURCES = {"limits": {"cpu": "1"}, "requests": {"cpu": "500m"}}

CASES: dict[str, tuple[Obj, ContainerUser | None, Obj]] = {
    "nothing said": ({}, ROOT, {"resources": {}, **AS_ROOT}),
    "before it runs": ({}, None, {}),
    "resources": ({"resources": RESOURCES}, ROOT, {"allocatedResources": {"cpu": "500m"}, "resources": RESOURCES, **AS_ROOT}),
    "resources before it runs": ({"resources": RESOURCES}, None, {"allocatedResources": {"cpu": "500m"}}),
    "mounts": (
        {"volumeMounts": [{"name": "a", "mountPath": "/a", "subPath": "b"}, {"name": "t", "mountPath": "/t", "readOnly": True}]},
        None,
        {
            "volumeMounts": [
                {"name": "a", "mountPath": "/a"},
                {"name": "t", "mountPath": "/t", "readOnly": True, "recursiveReadOnly": "Disabled"},
            ]
        },
    ),
    "a user": (
        {},
        ContainerUser(1001, 3000, (2000, 3000, 4000)),
        {"resources": {}, "user": {"linux": {"uid": 1001, "gid": 3000, "supplementalGroups": [2000, 3000, 4000]}}},
    ),
}


def test_a_resize_under_way_shows_what_is_promised_and_what_the_container_has() -> None:
    small, large = {"requests": {"cpu": "1"}}, {"requests": {"cpu": "2"}}
    promised = container_details({"name": "c", "resources": large}, ROOT, None, small)
    pending = container_details({"name": "c", "resources": large}, ROOT, small, small)
    assert [(each["allocatedResources"], each["resources"]) for each in (promised, pending)] == [
        ({"cpu": "2"}, small),
        ({"cpu": "1"}, small),
    ]


@pytest.mark.parametrize(("container", "user", "expected"), CASES.values(), ids=CASES.keys())
def test_container_details(container: Obj, user: ContainerUser | None, expected: Obj) -> None:
    assert container_details({"name": "c", **container}, user) == expected
