"""Preemption, held against upstream's own tables."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.meta import Obj
from cluster.scheduler.decision import Decision
from cluster.scheduler.framework import Framework
from cluster.scheduler.interface import CycleState, FailedCycle, Status, unresolvable, unschedulable
from cluster.scheduler.node_info import NodeInfo, PodInfo
from cluster.scheduler.plugins.default_preemption import DefaultPreemption
from cluster.scheduler.preemption.candidate import Candidate, cheapest
from cluster.scheduler.preemption.victims import victims_on
from tests.unit.scheduler.build import View, framework, node_infos
from tests.unit.scheduler.upstream import CODES, params

TEST = "defaultpreemption:default_preemption_test/Test"
DRY_RUN, BEST = f"{TEST}DryRunPreemption/tests", f"{TEST}SelectBestCandidate/tests"
ELIGIBLE, POST_FILTER, PREEMPT = f"{TEST}PodEligibleToPreemptOthers/tests", f"{TEST}PostFilter/tests", f"{TEST}Preempt/tests"
RAN = {DRY_RUN, BEST, ELIGIBLE, POST_FILTER, PREEMPT}
LARGE = {"cpu": "500m", "memory": "500", "pods": "110"}
"""What upstream's tests call very large resources."""


def named_nodes(names: list[str]) -> list[Obj]:
    """Nodes of upstream's size; ``node-a/zone1`` is a node and its zone."""
    made = []
    for each in names:
        name, _, zone = each.partition("/")
        labels = {"hostname": name, "zone": zone} if zone else {"hostname": name}
        made.append({"metadata": {"name": name, "labels": labels}, "spec": {}, "status": {"allocatable": LARGE}})
    return made


def info(pod: Obj) -> PodInfo:
    return PodInfo.of({**pod, "metadata": {"namespace": "default", **pod["metadata"]}})


def infos(nodes: list[Obj], pods: list[Obj]) -> list[NodeInfo]:
    return node_infos(nodes, [{**pod, "metadata": {"namespace": "default", **pod["metadata"]}} for pod in pods])


def candidates(runner: Framework, pod: Obj, nodes: list[NodeInfo], budgets: list[Obj]) -> list[Candidate]:
    """The nodes on which the filters and the lower priority of their pods leave room for the pod."""
    incoming, state = info(pod), CycleState(nodes)
    runner.pre_filter(Decision(incoming.key), state, incoming, nodes)

    def fits(changed: NodeInfo) -> Status | None:
        rejection = runner.rejection_with(state, incoming, changed)
        return rejection.status if rejection is not None else None

    found = [victims_on(incoming, node, budgets, fits) for node in nodes]
    return [each for each in found if isinstance(each, Candidate)]


FAKE_FILTERS = {
    "a pod that does not fit on any node": "its filter turns everything away",
    "a pod that fits on one node with no preemption": "its filter looks at the pod's name",
    "get Unschedulable in the preemption phase when the filter plugins filtering the nodes": "its filter turns everything away",
}
STARTED = "its pods started within one second, which is all that their status tells"
LIMITED = ("DefaultPreemptionArgs", "preemption offset", "numCandidates")


@pytest.mark.parametrize(("table", "case"), params(DRY_RUN))
def test_whom_a_pod_would_make_go(table: str, case: Any) -> None:
    if case["name"] in FAKE_FILTERS:
        pytest.skip(FAKE_FILTERS[case["name"]])
    if any(word in case["name"] for word in LIMITED):
        pytest.skip("which nodes are tried first is upstream's own, and so is the limit that its test sets")
    if "StartTime" in case["name"]:
        pytest.skip(STARTED)
    nodes = infos(named_nodes(case["nodeNames"]), case["initPods"])
    budgets = [{**budget, "metadata": {"namespace": "default", **budget["metadata"]}} for budget in case["pdbs"] or ()]
    for pod, expected in zip(case["testPods"], case["expected"], strict=True):
        found = {
            each.node: (sorted(victim.pod["metadata"]["name"] for victim in each.victims), each.violations)
            for each in candidates(framework(), pod, nodes, budgets)
        }
        assert found == {
            each["name"]: (sorted(victim["metadata"]["name"] for victim in each["victims"]["Pods"]), each["victims"]["NumPDBViolations"])
            for each in expected
        }


@pytest.mark.parametrize(("table", "case"), params(BEST))
def test_where_it_costs_least(table: str, case: Any) -> None:
    if "start time" in case["name"]:
        pytest.skip(STARTED)
    found = candidates(framework(), case["pod"], infos(named_nodes(case["nodeNames"]), case["pods"]), [])
    assert cheapest(found).node in case["expected"]


def failed(case: Any, nodes: list[NodeInfo], statuses: dict[str, Status], runner: Framework) -> FailedCycle:
    incoming, state = info(case["pod"]), CycleState(nodes)
    runner.pre_filter(Decision(incoming.key), state, incoming, nodes)

    def fits(changed: NodeInfo) -> Status | None:
        rejection = runner.rejection_with(state, incoming, changed)
        return rejection.status if rejection is not None else None

    return FailedCycle(incoming, nodes, statuses, fits)


@pytest.mark.parametrize(("table", "case"), params(ELIGIBLE))
def test_who_may_preempt(table: str, case: Any) -> None:
    nodes = infos(named_nodes(case["nodes"]), case["pods"] or [])
    wanted = case["nominatedNodeStatus"]
    statuses = {"node1": unresolvable(*wanted["reasons"])} if wanted else {}
    result = DefaultPreemption(View()).post_filter(failed(case, nodes, statuses, framework()))
    assert ("not eligible" not in result.message) is case["expected"]


@pytest.mark.parametrize(("table", "case"), params(POST_FILTER))
def test_what_comes_of_a_failed_cycle(table: str, case: Any) -> None:
    if case["podGroups"] or "SchedulingGroup" in case["name"]:
        pytest.skip("no pod groups")
    if case["extender"]:
        pytest.skip("no extenders")
    if "TestPlugin" in case["name"]:
        pytest.skip("a plugin that fails where its test wants it to")
    nodes = infos(case["nodes"], case["pods"])
    given = case["filteredNodesStatuses"]["nodeToStatus"] or {}
    statuses = {name: Status(CODES[status["code"]], tuple(status["reasons"] or ())) for name, status in given.items()}
    result = DefaultPreemption(View()).post_filter(failed(case, nodes, statuses, framework()))
    wanted = case["wantResult"]["NominatingInfo"]["NominatedNodeName"] if case["wantResult"] else ""
    message = ", ".join(case["wantStatus"]["reasons"] or ()) if case["wantStatus"] and not wanted else ""
    assert (result.node, result.message) == (wanted, message)


@pytest.mark.parametrize(("table", "case"), params(PREEMPT))
def test_whose_place_a_pod_takes(table: str, case: Any) -> None:
    if case["extenders"]:
        pytest.skip("no extenders")
    nodes = infos(named_nodes(case["nodeNames"]), case["pods"])
    statuses = {node.name: unschedulable("full") for node in nodes}
    result = DefaultPreemption(View()).post_filter(failed(case, nodes, statuses, framework()))
    wanted = case["want"]["NominatingInfo"]["NominatedNodeName"] if case["want"] else ""
    victims = sorted(victim.pod["metadata"]["name"] for victim in result.victims)
    assert (result.node, victims) == (wanted, sorted(case["expectedPods"] or []))
