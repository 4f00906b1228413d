"""What a pod asks of its kubelet, to run and to change."""

from __future__ import annotations

import pytest

from cluster.machinery.declared_features import required_to_change, required_to_run
from cluster.machinery.meta import Obj

RESTART: Obj = {"restartPolicyRules": [{"action": "Restart"}]}
RESTART_ALL: Obj = {"restartPolicyRules": [{"action": "Restart"}, {"action": "RestartAllContainers"}]}
_TO_RUN = [
    pytest.param({"containers": [{}, RESTART]}, (), id="nothing special"),
    pytest.param({"containers": [{}, RESTART_ALL]}, ("RestartAllContainersOnContainerExits",), id="a container's end restarts all"),
    pytest.param({"initContainers": [RESTART_ALL]}, ("RestartAllContainersOnContainerExits",), id="so does an init container's"),
    pytest.param({"hostNetwork": True, "hostUsers": True}, (), id="the host's network and users"),
    pytest.param({"hostNetwork": True, "hostUsers": False}, ("UserNamespacesHostNetworkSupport",), id="users of its own on it"),
]


@pytest.mark.parametrize(("spec", "features"), _TO_RUN)
def test_what_a_pod_needs_to_run(spec: Obj, features: tuple[str, ...]) -> None:
    assert required_to_run(spec) == features


def _pod_level(amount: str) -> Obj:
    return {"resources": {"limits": {"cpu": amount}}}


def _init(amount: str, **more: str) -> Obj:
    return {"initContainers": [{"resources": {"limits": {"cpu": amount}}, **more}]}


_TO_CHANGE = [
    pytest.param({"containers": [_pod_level("1")]}, {"containers": [_pod_level("2")]}, (), id="a container's resources"),
    pytest.param(_pod_level("1"), _pod_level("2"), ("InPlacePodLevelResourcesVerticalScaling",), id="the pod's own resources"),
    pytest.param(_pod_level("1"), _pod_level("1000m"), (), id="the same in other units"),
    pytest.param({}, _pod_level("1"), ("InPlacePodLevelResourcesVerticalScaling",), id="the first of its own"),
    pytest.param(_init("1"), _init("2"), ("InPlacePodVerticalScalingInitContainers",), id="an init container's"),
    pytest.param(_init("1", restartPolicy="Always"), _init("2", restartPolicy="Always"), (), id="a sidecar's"),
]


@pytest.mark.parametrize(("old", "new", "features"), _TO_CHANGE)
def test_what_a_change_needs(old: Obj, new: Obj, features: tuple[str, ...]) -> None:
    assert required_to_change(old, new) == features
