"""What plugins share with other components (priorities, node selectors), held against upstream's own tables."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from cluster.machinery.meta import SimTime
from cluster.machinery.node_selector import required_affinity
from cluster.scheduler.interface import Code, CycleState
from cluster.scheduler.plugins.node_affinity import NodeAffinity
from cluster.scheduler.plugins.priority_sort import PrioritySort
from tests.unit.scheduler.build import node_infos, pod_info
from tests.unit.scheduler.upstream import params

HELPERS = "component-helpers_scheduling_corev1:helpers_test/Test"
NODE_SELECTOR = "component-helpers_scheduling_corev1_nodeaffinity:nodeaffinity_test/Test"
RAN = {
    f"{HELPERS}MatchNodeSelectorTerms/tests",
    f"{HELPERS}MatchNodeSelectorTermsStateless/tests",
    f"{HELPERS}PodPriority/tests",
    f"{NODE_SELECTOR}NodeSelectorMatch/tests",
    f"{NODE_SELECTOR}PodMatchesNodeSelectorAndAffinityTerms/tests",
    f"{NODE_SELECTOR}PreferredSchedulingTermsScore/tests",
}


def has_matching_term(selector: Any, node: Any) -> bool:
    """Whether a NodeSelector (None: none was given) matches a node, as required node affinity."""
    pod = {"spec": {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": selector}}}}
    return required_affinity(pod).matches_node(node)


@pytest.mark.parametrize(("table", "case"), params(f"{HELPERS}MatchNodeSelectorTerms/tests"))
def test_a_node_selector_matches_nodes(table: str, case: Any) -> None:
    if case["args"]["node"] is None or case["args"]["nodeSelector"] is None:
        pytest.skip("we are never asked without a node or a selector")
    assert has_matching_term(case["args"]["nodeSelector"], case["args"]["node"]) is case["want"]


@pytest.mark.parametrize(("table", "case"), params(f"{HELPERS}MatchNodeSelectorTermsStateless/tests"))
def test_matching_changes_neither_selector_nor_node(table: str, case: Any) -> None:
    node, selector = copy.deepcopy((case["args"]["node"], case["args"]["nodeSelector"]))
    if node is None or selector is None:
        pytest.skip("we are never asked without a node or a selector")
    has_matching_term(selector, node)
    assert (selector, node) == (case["want"], case["args"]["node"])


@pytest.mark.parametrize(("table", "case"), params(f"{NODE_SELECTOR}NodeSelectorMatch/tests"))
def test_a_lazily_checked_node_selector_matches_nodes(table: str, case: Any) -> None:
    if case["node"] is None:
        pytest.skip("we are never asked without a node")
    assert has_matching_term(case["nodeSelector"], case["node"]) is case["wantMatch"]


@pytest.mark.parametrize(("table", "case"), params(f"{NODE_SELECTOR}PodMatchesNodeSelectorAndAffinityTerms/tests"))
def test_a_pods_demands_match_nodes(table: str, case: Any) -> None:
    node = {"metadata": {"name": case["nodeName"], "labels": case["labels"]}}
    assert required_affinity(case["pod"]).matches_node(node) is case["want"]


@pytest.mark.parametrize(("table", "case"), params(f"{NODE_SELECTOR}PreferredSchedulingTermsScore/tests"))
def test_preferences_add_up(table: str, case: Any) -> None:
    plugin, state = NodeAffinity(), CycleState()
    preferred = {"preferredDuringSchedulingIgnoredDuringExecution": case["prefSchedTerms"]}
    pod = pod_info({"metadata": {}, "spec": {"affinity": {"nodeAffinity": preferred}}})
    status = plugin.pre_score(state, pod, [])
    if case["wantErr"]:
        assert status is not None
        assert status.code is Code.ERROR
    else:
        assert status is None
        assert plugin.score(state, pod, node_infos([case["node"]])[0]) == case["wantScore"]


@pytest.mark.parametrize(("table", "case"), params(f"{HELPERS}PodPriority/tests"))
def test_the_priority_of_a_pod(table: str, case: Any) -> None:
    assert PrioritySort().sort_key(pod_info(case["pod"]), SimTime(5)) == (-case["expectedPriority"], 5)
