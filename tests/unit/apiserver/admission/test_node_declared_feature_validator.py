"""The plugin NodeDeclaredFeatureValidator: what may change of a pod on a node."""

from __future__ import annotations

import pytest

from cluster.apiserver.admission import UPDATE, Attributes
from cluster.apiserver.admission.node_declared_feature_validator import NodeDeclaredFeatureValidator
from cluster.apiserver.reader import StoreReader
from cluster.apiserver.request import Options, User
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import Rig

FEATURE = "InPlacePodLevelResourcesVerticalScaling"


def _refusal(node: str, old: Obj, new: Obj) -> str:
    rig = Rig("default")
    for name, features in (("able", [FEATURE]), ("plain", [])):
        rig.admin.create(NODES, {"metadata": {"name": name}})
        rig.admin.patch(NODES, name, "", {"status": {"declaredFeatures": features}}, subresource="status")
    pods = [{"metadata": {"name": "web"}, "spec": {"nodeName": node, **spec}} for spec in (old, new)]
    attributes = Attributes(UPDATE, PODS, "default", "web", "resize", pods[1], pods[0], User("me"), Options())
    try:
        NodeDeclaredFeatureValidator(StoreReader(rig.store)).validate(attributes)
    except ApiError as refusal:
        return refusal.message
    return ""


_SMALL, _LARGE = ({"resources": {"limits": {"cpu": amount}}} for amount in ("1", "2"))
_CHANGES = [
    pytest.param("able", _SMALL, _LARGE, "", id="its node can"),
    pytest.param("plain", _SMALL, _SMALL, "", id="nothing is asked for"),
    pytest.param("", _SMALL, _LARGE, "", id="it has no node yet"),
    pytest.param(
        "plain",
        _SMALL,
        _LARGE,
        f'pods "web" is forbidden: pod update requires features {FEATURE} which are not available on node "plain"',
        id="its node cannot",
    ),
    pytest.param("gone", _SMALL, _LARGE, 'pods "web" is forbidden: node "gone" not found', id="its node is gone"),
]


@pytest.mark.parametrize(("node", "old", "new", "refusal"), _CHANGES)
def test_a_pod_changes_as_its_node_can(node: str, old: Obj, new: Obj, refusal: str) -> None:
    assert _refusal(node, old, new) == refusal
