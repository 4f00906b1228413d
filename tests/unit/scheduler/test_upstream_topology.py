"""The plugins that look at other pods, held against upstream's own tables."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.labels import EVERYTHING, Selector
from cluster.scheduler.interface import SKIP, CycleState
from cluster.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from cluster.scheduler.plugins.pod_topology_spread import PodTopologySpread
from cluster.scheduler.view import spreading_selector
from tests.unit.scheduler.build import View, node_infos, pod_info
from tests.unit.scheduler.upstream import CODES, params, status_of

AFFINITY, SPREAD = "interpodaffinity:filtering_test/Test", "podtopologyspread:filtering_test/Test"
PREFERRED, HARD_WEIGHT = (
    "interpodaffinity:scoring_test/TestPreferredAffinity/tests",
    "interpodaffinity:scoring_test/TestPreferredAffinityWithHardPodAffinitySymmetricWeight/tests",
)
SPREAD_SCORE = "podtopologyspread:scoring_test/TestPodTopologySpreadScore/tests"
SPREAD_SKIP = "podtopologyspread:scoring_test/TestPreScoreSkip/tests"
AFFINITY_PODS, AFFINITY_NODES = (
    "interpodaffinity:plugin_test/Test_isSchedulableAfterPodChange/tests",
    "interpodaffinity:plugin_test/Test_isSchedulableAfterNodeChange/testcases",
)
SPREAD_PODS, SPREAD_NODES = (
    "podtopologyspread:plugin_test/Test_isSchedulableAfterPodChange/testcases",
    "podtopologyspread:plugin_test/Test_isSchedulableAfterNodeChange/testcases",
)
RAN = {
    f"{AFFINITY}RequiredAffinitySingleNode/tests",
    f"{AFFINITY}RequiredAffinityMultipleNodes/tests",
    f"{SPREAD}SingleConstraint/tests",
    f"{SPREAD}MultipleConstraints/tests",
    PREFERRED,
    HARD_WEIGHT,
    SPREAD_SCORE,
    SPREAD_SKIP,
    AFFINITY_PODS,
    AFFINITY_NODES,
    SPREAD_PODS,
    SPREAD_NODES,
}
NAMESPACES = {f"subteam{number}.team{team}": {"team": f"team{team}"} for number in (1, 2) for team in (1, 2, 3)}
"""The namespaces of upstream's fixtures."""


_REFUSED = "the API server refuses selectors that do not parse, so that a pod that comes here has none"


def view(spreading: Selector = EVERYTHING) -> View:
    return View(NAMESPACES, spreading)


@pytest.mark.parametrize(("table", "case"), params(f"{AFFINITY}RequiredAffinitySingleNode/tests"))
def test_a_node_is_with_the_right_pods_or_not(table: str, case: Any) -> None:
    if "label syntax" in case["name"]:
        pytest.skip(_REFUSED)
    pods = [{**pod, "spec": {**pod["spec"], "nodeName": case["node"]["metadata"]["name"]}} for pod in case["pods"] or []]
    nodes = node_infos([case["node"]], pods)
    plugin, state, pod = InterPodAffinity(view()), CycleState(nodes), pod_info(case["pod"])
    before = plugin.pre_filter(state, pod, nodes)
    assert before == status_of(case["wantPreFilterStatus"])
    if before is None:
        assert plugin.filter(state, pod, nodes[0]) == status_of(case["wantFilterStatus"])


@pytest.mark.parametrize(("table", "case"), params(f"{AFFINITY}RequiredAffinityMultipleNodes/tests"))
def test_nodes_are_with_the_right_pods_or_not(table: str, case: Any) -> None:
    nodes = node_infos(case["nodes"], case["pods"])
    plugin, state, pod = InterPodAffinity(view()), CycleState(nodes), pod_info(case["pod"])
    before = plugin.pre_filter(state, pod, nodes)
    assert before == status_of(case["wantPreFilterStatus"])
    if before is None:
        assert [plugin.filter(state, pod, node) for node in nodes] == [status_of(wanted) for wanted in case["wantFilterStatuses"]]


@pytest.mark.parametrize(("table", "case"), params(PREFERRED, HARD_WEIGHT))
def test_affinity_ranks_nodes(table: str, case: Any) -> None:
    if case.get("wantStatus") and case["wantStatus"]["code"] == 1:
        pytest.skip(_REFUSED)
    nodes = node_infos(case["nodes"], case["pods"])
    plugin = InterPodAffinity(
        view(),
        hard_weight=case.get("hardPodAffinityWeight", 1),
        ignores_preferences_of_others=case.get("ignorePreferredTermsOfExistingPods", False),
    )
    state, pod = CycleState(nodes), pod_info(case["pod"])
    before = plugin.pre_score(state, pod, nodes)
    assert before == status_of(case.get("wantStatus"))
    if before is None:
        values = plugin.normalize(state, pod, nodes, [plugin.score(state, pod, node) for node in nodes])
        assert [{"Name": node.name, "Score": value} for node, value in zip(nodes, values, strict=True)] == case["expectedList"]


@pytest.mark.parametrize(("table", "case"), params(f"{SPREAD}SingleConstraint/tests", f"{SPREAD}MultipleConstraints/tests"))
def test_a_spread_constraint_turns_nodes_away(table: str, case: Any) -> None:
    if _needs_old_policies(case):
        pytest.skip("the inclusion policies of nodes are on since 1.33")
    nodes = node_infos(case["nodes"], case["existingPods"])
    plugin, state, pod = PodTopologySpread(view()), CycleState(nodes), pod_info(case["pod"])
    assert plugin.pre_filter(state, pod, nodes) is None
    found = {node.name: plugin.filter(state, pod, node) for node in nodes}
    wanted = {name: CODES.get(code) for name, code in case["wantStatusCode"].items()}
    assert {name: status.code if status else None for name, status in found.items()} == wanted


def _needs_old_policies(case: Any) -> bool:
    given = case["pod"]["spec"].get("topologySpreadConstraints") or ()
    policies = {(entry.get("nodeAffinityPolicy") or "Honor", entry.get("nodeTaintsPolicy") or "Ignore") for entry in given}
    return not case["enableNodeInclusionPolicy"] and bool(policies - {("Honor", "Ignore")})


@pytest.mark.parametrize(("table", "case"), params(SPREAD_SCORE))
def test_a_spread_constraint_ranks_nodes(table: str, case: Any) -> None:
    if "feature gate disabled" in case["name"]:
        pytest.skip("matchLabelKeys are on since 1.27")
    if _needs_old_policies(case):
        pytest.skip("the inclusion policies of nodes are on since 1.33")
    everyone = node_infos([*case["nodes"], *(case["failedNodes"] or ())], case["existingPods"])
    nodes = everyone[: len(case["nodes"])]
    spreading = spreading_selector(case["pod"], case["objs"] or (), None)
    plugin, state, pod = PodTopologySpread(view(spreading)), CycleState(everyone), pod_info(case["pod"])
    before = plugin.pre_score(state, pod, nodes)
    if before is not None:
        assert (before, {row["Score"] for row in case["want"]}) == (SKIP, {0})
        return
    values = plugin.normalize(state, pod, nodes, [plugin.score(state, pod, node) for node in nodes])
    assert [{"Name": node.name, "Score": value} for node, value in zip(nodes, values, strict=True)] == case["want"]


@pytest.mark.parametrize(("table", "case"), params(SPREAD_SKIP))
def test_without_soft_constraints_spreading_is_skipped(table: str, case: Any) -> None:
    nodes = node_infos(case["nodes"])
    plugin = PodTopologySpread(view(), defaults=case["config"]["DefaultConstraints"] or ())
    assert plugin.pre_score(CycleState(nodes), pod_info(case["pod"]), nodes) == SKIP


@pytest.mark.parametrize(("table", "case"), params(AFFINITY_PODS, SPREAD_PODS))
def test_which_change_of_another_pod_may_help(table: str, case: Any) -> None:
    old, new = case["oldPod"], case["newPod"]
    if not all(isinstance(each, dict | None) for each in (old, new)):
        pytest.skip("objects of a wrong type do not come here")
    plugin = InterPodAffinity(view()) if table == AFFINITY_PODS else PodTopologySpread(view())
    assert plugin.is_schedulable_after_pod_change(pod_info(case["pod"]), old, new) is (case["expectedHint"] == 1)


@pytest.mark.parametrize(("table", "case"), params(AFFINITY_NODES, SPREAD_NODES))
def test_which_change_of_a_node_may_help(table: str, case: Any) -> None:
    old, new = case["oldNode"], case["newNode"]
    if not all(isinstance(each, dict | None) for each in (old, new)):
        pytest.skip("objects of a wrong type do not come here")
    plugin = InterPodAffinity(view()) if table == AFFINITY_NODES else PodTopologySpread(view())
    assert plugin.is_schedulable_after_node_change(pod_info(case["pod"]), old, new) is (case["expectedHint"] == 1)


@pytest.mark.parametrize(
    ("sums", "expected"),
    [
        pytest.param([0, 29, 50], [0, 57, 100], id="the quotient is rounded before it is stretched"),
        pytest.param([-10, 0, 10], [0, 50, 100], id="sums may be negative"),
        pytest.param([7, 7], [0, 0], id="nobody is ahead"),
    ],
)
def test_sums_of_affinity_are_stretched(sums: list[int], expected: list[int]) -> None:
    assert InterPodAffinity(view()).normalize(CycleState(), pod_info({"metadata": {}, "spec": {}}), [], sums) == expected
