"""The scheduler as a component: what it writes, what it waits for, what it records."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.errors import conflict, not_found
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.meta import Obj
from cluster.scheduler.decision import node_table
from tests.unit.scheduler.build import node, pod
from tests.unit.scheduler.desk import Desk

NOT_HELPFUL = "no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."


def test_a_pod_is_bound_to_the_emptiest_node_and_an_event_says_so() -> None:
    desk = Desk(node("n1"), node("n2"), pod("old", node="n1", requests={"cpu": "2"}), pod("web", requests={"cpu": "1"}))
    assert desk.bindings == [("web", "n2")]
    assert desk.events == [("Normal", "Scheduled", "Successfully assigned default/web to n2")]
    binding = next(r.body for r in desk.api.requests if r.subresource == "binding")
    assert binding == {
        "apiVersion": "v1",
        "kind": "Binding",
        "metadata": {"name": "web", "namespace": "default", "uid": "uid-web"},
        "target": {"kind": "Node", "name": "n2"},
    }


def test_a_pod_that_fits_nowhere_is_told_why_by_event_and_condition() -> None:
    web = pod("web", requests={"cpu": "8"})
    web["metadata"]["generation"] = 1
    desk = Desk(node("n1"), web)
    message = f"0/1 nodes are available: 1 Insufficient cpu. {NOT_HELPFUL}"
    assert desk.bindings == []
    assert desk.events == [("Warning", "FailedScheduling", message)]
    assert desk.condition == {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": message,
        "lastProbeTime": None,
        "lastTransitionTime": "2027-01-15T08:00:00Z",
        "observedGeneration": 1,
    }


def test_without_a_node_there_is_a_message_of_its_own() -> None:
    desk = Desk(pod("web"))
    assert desk.events == [("Warning", "FailedScheduling", "no nodes available to schedule pods")]
    desk.put(node("n1"))
    desk.wait(2)
    assert desk.bindings == [("web", "n1")]


@pytest.mark.parametrize(
    ("change", "is_tried_again"),
    [
        pytest.param(lambda d: d.put(node("n2", cpu="16")), True, id="a node that is large enough appears"),
        pytest.param(lambda d: d.put(node("n2", cpu="1")), False, id="a node that is too small appears"),
        pytest.param(lambda d: d.api.change(NODES, "n1", {"status": {"allocatable": {"cpu": "16"}}}), True, id="the node grows"),
        pytest.param(lambda d: d.api.change(NODES, "n1", {"metadata": {"labels": {"a": "b"}}}), False, id="the node gets a label"),
        pytest.param(lambda d: d.api.change(NODES, "n1", {"status": {"conditions": []}}), False, id="the node sends a heartbeat"),
        pytest.param(lambda d: d.api.remove(PODS, "default/old"), True, id="a pod on a node goes"),
        pytest.param(lambda d: d.api.change(PODS, "default/old", {"status": {"phase": "Succeeded"}}), True, id="a pod on a node finishes"),
        pytest.param(lambda d: d.api.change(PODS, "default/web", {"metadata": {"labels": {"a": "b"}}}), False, id="the pod gets a label"),
        pytest.param(lambda d: d.put(pod("late", node="n1")), False, id="another pod is placed"),
    ],
)
def test_an_unschedulable_pod_is_tried_again_when_a_change_may_help_it(change: Any, is_tried_again: bool) -> None:
    desk = Desk(node("n1"), pod("old", node="n1"), pod("web", requests={"cpu": "8"}))
    desk.wait(60)
    tries = len(desk.events)
    change(desk)
    desk.settle()
    assert (len(desk.events) > tries) is is_tried_again


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        pytest.param(0, [330], id="the sweep after exactly five minutes lets it wait"),
        pytest.param(29, [330], id="the next sweep may come a second after five minutes"),
        pytest.param(31, [360], id="the sweeps go on at the pace of the queue's beginning"),
    ],
)
def test_a_sweep_tries_a_pod_again_that_has_waited_for_more_than_five_minutes(later: int, expected: list[int]) -> None:
    desk = Desk(node("n1"))
    desk.wait(later)
    desk.put(pod("web", requests={"cpu": "8"}))
    seen, tries = [], 1
    for second in range(later, 361):
        desk.settle()
        if len(desk.events) > tries:
            tries = len(desk.events)
            seen.append(second)
        desk.wait(1)
    assert seen == expected


def test_nothing_is_swept_while_no_pod_waits_or_its_gates_keep_it_out() -> None:
    desk = Desk(node("n1"), pod("web", schedulingGates=[{"name": "wait"}]))
    assert desk.engine.timers.next(background=True) is None


def test_a_sweep_ends_with_the_last_pod_that_waits() -> None:
    desk = Desk(node("n1"), pod("web", requests={"cpu": "8"}))
    desk.api.remove(PODS, "default/web")
    desk.wait(31)
    assert desk.engine.timers.next(background=True) is None


def test_a_pod_that_a_change_may_help_does_not_wait_while_no_other_pod_does() -> None:
    desk = Desk(node("n1"), pod("web", requests={"cpu": "8"}))
    for number in range(3):
        desk.put(node(f"small-{number}", cpu="8", taints=[{"key": "a", "effect": "NoSchedule"}]))
        desk.settle()
        assert len(desk.events) == number + 2
    desk.put(node("large", cpu="8"))
    desk.settle()
    assert desk.bindings == [("web", "large")]


def test_a_pod_that_a_change_may_help_lets_pods_go_first_that_are_not_in_back_off() -> None:
    desk = Desk(node("n1"), pod("web", requests={"cpu": "8"}, preemptionPolicy="Never"))
    desk.put(node("large", cpu="8"), pod("late", requests={"cpu": "6"}, priority=-1))
    desk.settle()
    assert desk.bindings == [("late", "large")]


def test_the_back_off_after_an_error_doubles_from_one_second_to_ten_and_ends_with_the_second() -> None:
    desk = Desk(node("n1"))
    desk.api.refuse += [conflict("", "pods", "web", "try again")] * 7
    desk.put(pod("web"))
    desk.settle()
    waited = []
    for _ in range(6):
        before, tries = desk.engine.clock.now, len(desk.bindings)
        while len(desk.bindings) == tries:
            desk.wait(0.1)
        waited.append(round((desk.engine.clock.now - before) / 1_000_000))
    assert waited == [2, 3, 5, 9, 11, 11]


def test_back_offs_that_end_in_the_same_second_end_in_order_of_priority() -> None:
    desk = Desk(node("n1"))
    desk.api.refuse += [conflict("", "pods", "web", "try again")] * 2
    desk.put(pod("low"))
    desk.wait(0.3)
    desk.put(pod("high", priority=9))
    desk.wait(3)
    assert [name for name, _ in desk.bindings] == ["low", "high", "high", "low"]


def test_the_back_off_counts_errors_in_a_row_apart_from_nodes_that_did_not_suit() -> None:
    desk = Desk(node("n1"), pod("web", requests={"cpu": "8"}))
    for memory in ("9Gi", "10Gi", "11Gi"):
        desk.api.change(NODES, "n1", {"status": {"allocatable": {"memory": memory, "cpu": "7"}}})
        desk.wait(20)
    desk.api.refuse.append(conflict("", "pods", "web", "try again"))
    desk.api.change(NODES, "n1", {"status": {"allocatable": {"cpu": "8"}}})
    desk.settle()
    assert len(desk.bindings) == 1
    desk.wait(2)
    assert len(desk.bindings) == 2


def test_a_condition_that_says_the_same_is_not_written_again() -> None:
    desk = Desk(node("n1"), pod("web", requests={"cpu": "8"}))
    desk.wait(700)
    assert len(desk.events) == 3
    assert len([r for r in desk.api.requests if r.subresource == "status"]) == 1


def test_a_pod_whose_binding_is_refused_is_tried_again_after_its_back_off() -> None:
    desk = Desk(node("n1"))
    desk.api.refuse.append(conflict("", "pods", "web", "try again"))
    desk.put(pod("web"))
    desk.settle()
    assert desk.events[0][1] == "FailedScheduling"
    assert desk.condition["reason"] == "SchedulerError"
    desk.wait(2)
    assert desk.bindings == [("web", "n1"), ("web", "n1")]
    assert desk.events[-1] == ("Normal", "Scheduled", "Successfully assigned default/web to n1")


def test_a_pod_that_is_gone_when_it_is_bound_is_forgotten() -> None:
    desk = Desk(node("n1"))
    desk.api.refuse.append(not_found("", "pods", "web"))
    desk.put(pod("web"))
    desk.wait(60)
    assert (desk.bindings, desk.events) == ([("web", "n1")], [])


def test_a_pod_that_makes_a_plugin_fail_is_tried_again_after_its_back_off() -> None:
    term = {"weight": 1, "preference": {"matchExpressions": [{"key": "not valid", "operator": "Exists"}]}}
    affinity = {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [term]}}
    desk = Desk(node("n1"), node("n2"), pod("web", affinity=affinity))
    assert desk.events[0][2].startswith('running PreScore plugin "NodeAffinity": key: Invalid value: "not valid"')
    assert desk.condition["reason"] == "SchedulerError"
    desk.wait(2)
    assert len(desk.events) == 2


def test_a_pod_waits_for_a_new_node_to_lose_its_taint() -> None:
    desk = Desk(node("n1"), pod("web", requests={"cpu": "8"}))
    desk.wait(60)
    desk.put(node("n2", cpu="16", taints=[{"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}]))
    desk.settle()
    assert desk.events[-1][2] == (
        "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s). no new claims to deallocate, "
        "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."
    )
    desk.api.change(NODES, "n2", {"spec": {"taints": None}})
    desk.wait(2)
    assert desk.bindings == [("web", "n2")]


def test_an_assumed_pod_counts_before_its_binding_comes_back() -> None:
    desk = Desk(node("n1", cpu="1"), pod("a", requests={"cpu": "1"}), pod("b", requests={"cpu": "1"}))
    assert desk.bindings == [("a", "n1")]
    assert "1 Insufficient cpu" in desk.events[-1][2]


def test_pods_are_taken_by_priority_and_then_by_age() -> None:
    desk = Desk(node("n1"))
    desk.put(pod("first"), pod("second"), pod("urgent", priority=10))
    desk.settle()
    assert [name for name, _ in desk.bindings] == ["urgent", "first", "second"]


@pytest.mark.parametrize(
    "unwanted",
    [
        pytest.param(pod("web", schedulerName="mine"), id="it names another scheduler"),
        pytest.param(pod("web", schedulingGates=[{"name": "wait"}]), id="it has a scheduling gate"),
        pytest.param({**pod("web"), "status": {"phase": "Failed"}}, id="it has finished"),
        pytest.param(pod("web", node="n1"), id="it has a node"),
    ],
)
def test_a_pod_is_left_alone_when(unwanted: Obj) -> None:
    desk = Desk(node("n1"), unwanted)
    desk.wait(1000)
    assert desk.api.requests == []


def test_a_gated_pod_is_scheduled_when_its_last_gate_goes() -> None:
    desk = Desk(node("n1"), pod("web", schedulingGates=[{"name": "wait"}]))
    desk.api.change(PODS, "default/web", {"spec": {"schedulingGates": None}})
    desk.settle()
    assert desk.bindings == [("web", "n1")]


def test_a_pod_that_is_being_deleted_is_not_scheduled() -> None:
    dying = pod("web")
    dying["metadata"]["deletionTimestamp"] = "2027-01-15T08:00:00Z"
    desk = Desk(node("n1"), dying)
    assert (desk.bindings, desk.events) == ([], [("Warning", "FailedScheduling", "skip schedule deleting pod: default/web")])


def test_a_deleted_pod_leaves_the_queue() -> None:
    desk = Desk(node("n1"), pod("web", requests={"cpu": "8"}))
    desk.api.remove(PODS, "default/web")
    desk.put(node("n2", cpu="16"))
    desk.wait(600)
    assert desk.bindings == []


def test_the_whole_table_is_in_the_trace_and_each_hop_names_its_cause() -> None:
    desk = Desk(node("n1"), node("n2"), node("full", cpu="0"), node("tainted", taints=[{"key": "a", "effect": "NoSchedule"}]))
    desk.put(pod("web", requests={"cpu": "1", "memory": "1Gi"}))
    desk.settle()
    hops = desk.trace.take()
    added = next(h for h in hops if h.verb == "ADDED" and h.key == "pods/default/web")
    filtered = next(h for h in hops if h.target == "kube-scheduler/filter")
    scored = next(h for h in hops if h.target == "kube-scheduler/score")
    bound = next(h for h in hops if h.target == "kube-apiserver" and h.seq > scored.seq)
    assert [filtered.cause, scored.cause, bound.cause] == [added.seq, filtered.seq, scored.seq]
    assert (added.target, filtered.source, filtered.outcome, scored.outcome) == (
        "kube-scheduler",
        "kube-scheduler",
        "2 of 4 nodes",
        desk.bindings[0][1],
    )
    assert filtered.detail is not None
    table = node_table(filtered.detail, scored.detail)
    assert table["full"] == {"plugin": "NodeResourcesFit", "reasons": ["Insufficient cpu"]}
    assert table["tainted"] == {"plugin": "TaintToleration", "reasons": ["node(s) had untolerated taint(s)"]}
    assert table["n1"] == table["n2"]
    assert table["n1"]["scores"] == {
        "TaintToleration": {"raw": 0, "normalized": 100, "weight": 3, "score": 300},
        "NodeResourcesFit": {"raw": 81, "normalized": 81, "weight": 1, "score": 81},
        "DynamicResources": {"raw": 0, "normalized": 0, "weight": 2, "score": 0},
        "NodeResourcesBalancedAllocation": {"raw": 71, "normalized": 71, "weight": 1, "score": 71},
        "ImageLocality": {"raw": 0, "normalized": 0, "weight": 1, "score": 0},
    }
    assert table["n1"]["total"] == 452


def test_ties_are_broken_by_the_seed() -> None:
    def choice(seed: int) -> str:
        return Desk(*(node(f"n{i}") for i in range(8)), pod("web"), seed=seed).bindings[0][1]

    assert [choice(7), choice(7)] == [choice(7)] * 2
    assert len({choice(seed) for seed in range(12)}) > 1


def test_a_watch_event_that_wakes_nobody_is_recorded_without_work() -> None:
    desk = Desk(node("n1"))
    desk.api.change(NODES, "n1", {"status": {"conditions": []}})
    desk.settle()
    hop = desk.trace.take()[-1]
    assert (hop.target, hop.verb, hop.outcome) == ("kube-scheduler", "MODIFIED", "no work")


def test_when_stopped_it_forgets_its_timers() -> None:
    desk = Desk(node("n1"), pod("web", requests={"cpu": "8"}))
    desk.scheduler.stop()
    desk.wait(600)
    assert len(desk.events) == 1
