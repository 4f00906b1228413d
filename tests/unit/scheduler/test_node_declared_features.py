"""NodeDeclaredFeatures: where pods may run that ask something of their kubelet."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.kinds.core import NODES
from cluster.machinery.meta import Obj
from tests.unit.scheduler.build import node, pod
from tests.unit.scheduler.desk import Desk

FEATURE = "RestartAllContainersOnContainerExits"
RULES = [{"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": [1]}}]


def _node(name: str, *features: str) -> Obj:
    bare = node(name)
    return bare | {"status": bare["status"] | {"declaredFeatures": list(features)}}


def _pod(**container: Any) -> Obj:
    plain = pod("web")
    plain["spec"]["containers"][0] |= container
    return plain


_PLACES = [
    pytest.param(_pod(), [("web", "n1")], id="a pod that asks nothing goes anywhere"),
    pytest.param(_pod(restartPolicyRules=RULES), [], id="one that asks for what the node does not declare waits"),
]


@pytest.mark.parametrize(("waiting", "bindings"), _PLACES)
def test_a_node_that_declares_something_else(waiting: Obj, bindings: list[tuple[str, str]]) -> None:
    desk = Desk(_node("n1", "Another"), waiting)
    assert desk.bindings == bindings
    if not bindings:
        assert desk.condition["message"] == (
            "0/1 nodes are available: 1 node(s) didn't match Pod's required features. "
            "no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
        )


def test_a_pod_is_tried_again_when_its_node_declares_what_it_needs() -> None:
    desk = Desk(_node("n1"), _pod(restartPolicyRules=RULES))
    desk.wait(60)
    desk.api.change(NODES, "n1", {"status": {"declaredFeatures": [FEATURE]}})
    desk.settle()
    assert desk.bindings == [("web", "n1")]
