"""What a container's status repeats of its spec."""

from __future__ import annotations

import pytest

from cluster.kubelet.container_details import container_details
from cluster.machinery.meta import Obj
from tests.unit.kubelet.builders import pod

ROOT = {"user": {"linux": {"uid": 0, "gid": 0, "supplementalGroups": [0]}}}
RESOURCES = {"limits": {"cpu": "1"}, "requests": {"cpu": "500m"}}

CASES: dict[str, tuple[Obj, Obj, bool, Obj]] = {
    "nothing said": ({}, {}, True, ROOT),
    "before it runs": ({}, {}, False, {}),
    "resources": ({}, {"resources": RESOURCES}, True, {"allocatedResources": {"cpu": "500m"}, "resources": RESOURCES, **ROOT}),
    "resources before it runs": ({}, {"resources": RESOURCES}, False, {"allocatedResources": {"cpu": "500m"}}),
    "mounts": (
        {},
        {"volumeMounts": [{"name": "a", "mountPath": "/a", "subPath": "b"}, {"name": "t", "mountPath": "/t", "readOnly": True}]},
        False,
        {
            "volumeMounts": [
                {"name": "a", "mountPath": "/a"},
                {"name": "t", "mountPath": "/t", "readOnly": True, "recursiveReadOnly": "Disabled"},
            ]
        },
    ),
    "a user": (
        {"securityContext": {"runAsUser": 1000, "runAsGroup": 3000, "fsGroup": 2000, "supplementalGroups": [4000]}},
        {"securityContext": {"runAsUser": 1001}},
        True,
        {"user": {"linux": {"uid": 1001, "gid": 3000, "supplementalGroups": [2000, 3000, 4000]}}},
    ),
}


@pytest.mark.parametrize(("spec", "container", "is_running", "expected"), CASES.values(), ids=CASES.keys())
def test_container_details(spec: Obj, container: Obj, is_running: bool, expected: Obj) -> None:
    assert container_details(pod(**spec), {"name": "c", **container}, is_running=is_running) == expected
