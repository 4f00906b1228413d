"""``pods/binding``: the decisions that are refused, and why."""

from __future__ import annotations

import pytest

from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import Rig, pod

_RACK = 'target.kind: Unsupported value: "Rack": supported values: "Node", "<empty>"'
_REFUSED = [
    pytest.param({}, {"kind": "Rack", "name": "n1"}, (500, _RACK), id="a target that is no node"),
    pytest.param({}, {}, (500, "target.name: Required value"), id="no target"),
    pytest.param({}, {"kind": "Rack"}, (500, f"[{_RACK}, target.name: Required value]"), id="everything that is wrong with a target"),
    pytest.param({"name": "db"}, {"name": "n1"}, (400, "name in URL does not match name in Binding object"), id="another pod"),
]


@pytest.mark.parametrize(("meta", "target", "wanted"), _REFUSED)
def test_a_binding_is_refused(meta: Obj, target: Obj, wanted: tuple[int, str]) -> None:
    rig = Rig("default")
    rig.admin.create(PODS, pod("web"))
    with pytest.raises(ApiError) as refusal:
        rig.admin.create(
            PODS, {"metadata": {"name": "web", "namespace": "default", **meta}, "target": target}, subresource="binding", name="web"
        )
    assert (refusal.value.code, refusal.value.message) == wanted
