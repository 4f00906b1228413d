"""Preemption as the scheduler does it: who goes, what is written, and for whom a node is kept free meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.kinds.core import PODS
from tests.unit.scheduler.build import node, pod
from tests.unit.scheduler.desk import Desk


def test_a_pod_takes_the_place_of_one_that_matters_less() -> None:
    desk = Desk(
        node("n1"), node("n2"), pod("low", node="n1", requests={"cpu": "3"}), pod("high", node="n2", requests={"cpu": "3"}, priority=9)
    )
    desk.put(pod("web", requests={"cpu": "2"}, priority=5))
    desk.settle()
    written = [(r.verb, r.name, r.subresource) for r in desk.api.requests if r.kind is PODS]
    assert written == [("patch", "low", "status"), ("delete", "low", ""), ("patch", "web", "status"), ("create", "web", "binding")]
    (victim, waiting) = [r.body["status"] for r in desk.api.requests if r.subresource == "status" and isinstance(r.body, dict)]
    assert victim["conditions"] == [
        {
            "type": "DisruptionTarget",
            "status": "True",
            "reason": "PreemptionByScheduler",
            "message": "default-scheduler: preempting to accommodate a higher priority pod",
            "lastTransitionTime": "2027-01-15T08:00:00Z",
        }
    ]
    assert (waiting["nominatedNodeName"], waiting["conditions"][0]["message"]) == ("n1", "0/2 nodes are available: 2 Insufficient cpu.")
    assert desk.bindings == [("web", "n1")]
    assert desk.events == [
        ("Normal", "Preempted", "Preempted by pod uid-web on node n1"),
        ("Warning", "FailedScheduling", "0/2 nodes are available: 2 Insufficient cpu."),
        ("Normal", "Scheduled", "Successfully assigned default/web to n1"),
    ]


def test_a_promised_node_is_kept_free_of_pods_that_matter_less() -> None:
    promised = {**pod("web", requests={"cpu": "3"}, priority=5), "status": {"nominatedNodeName": "n1"}}
    promised["spec"]["schedulingGates"] = [{"name": "wait"}]
    desk = Desk(node("n1"), node("n2", cpu="2"), promised)
    desk.put(pod("late", requests={"cpu": "2"}))
    desk.settle()
    assert desk.bindings == [("late", "n2")]


def test_a_pod_makes_others_go_beside_one_to_whom_the_rest_of_the_node_was_promised() -> None:
    promised = {**pod("promised", requests={"cpu": "3"}, priority=9), "status": {"nominatedNodeName": "n1"}}
    promised["spec"]["schedulingGates"] = [{"name": "wait"}]
    desk = Desk(node("n1"), pod("low", node="n1", requests={"cpu": "1"}), promised)
    desk.put(pod("web", requests={"cpu": "1"}, priority=5))
    desk.settle()
    assert (desk.bindings, [reason for _, reason, _ in desk.events]) == ([("web", "n1")], ["Preempted", "FailedScheduling", "Scheduled"])


@pytest.mark.parametrize(
    ("goes", "expected"),
    [
        pytest.param(lambda d: d.api.remove(PODS, "default/promised"), [("web", "n1")], id="the pod that it was promised to goes"),
        pytest.param(
            lambda d: d.api.change(PODS, "default/promised", {"status": {"nominatedNodeName": None}}),
            [("web", "n1")],
            id="it is promised to that pod no longer",
        ),
        pytest.param(lambda d: d.api.change(PODS, "default/promised", {"metadata": {"labels": {"a": "b"}}}), [], id="the promise stands"),
    ],
)
def test_a_promised_node_is_free_for_others_again_when(goes: Any, expected: list[tuple[str, str]]) -> None:
    promised = {**pod("promised", requests={"cpu": "3"}, priority=5), "status": {"nominatedNodeName": "n1"}}
    promised["spec"]["schedulingGates"] = [{"name": "wait"}]
    desk = Desk(node("n1"), promised)
    desk.put(pod("web", requests={"cpu": "2"}))
    desk.wait(60)
    goes(desk)
    desk.wait(1)
    assert desk.bindings == expected
