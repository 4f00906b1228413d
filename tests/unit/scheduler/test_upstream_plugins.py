"""Plugins, held against upstream's own tables."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.meta import Obj
from cluster.machinery.pod_resources import CPU, MEMORY, pod_requests
from cluster.machinery.taints import NO_EXECUTE, NO_SCHEDULE, find_untolerated
from cluster.scheduler.cluster_event import Action, Hint, Interest
from cluster.scheduler.interface import (
    Code,
    CycleState,
    PreFilterResult,
    ScorePlugin,
    Status,
    default_normalize,
)
from cluster.scheduler.node_info import DEFAULT_MEMORY, DEFAULT_MILLI_CPU, NodeInfo
from cluster.scheduler.plugins import default_profile
from cluster.scheduler.plugins.image_locality import ImageLocality
from cluster.scheduler.plugins.node_affinity import NodeAffinity
from cluster.scheduler.plugins.node_ports import NodePorts
from cluster.scheduler.plugins.node_resources_fit import NodeResourcesFit
from cluster.scheduler.plugins.node_unschedulable import NodeUnschedulable
from cluster.scheduler.plugins.scheduling_gates import SchedulingGates
from cluster.scheduler.plugins.taint_toleration import TaintToleration
from cluster.scheduler.scoring_strategy import LeastAllocated, MostAllocated, RequestedToCapacityRatio, Strategy, on_line
from tests.unit.scheduler import test_upstream_helpers, test_upstream_preemption, test_upstream_topology, test_upstream_volumes
from tests.unit.scheduler.build import View, node_infos, pod_info
from tests.unit.scheduler.test_upstream_helpers import HELPERS, NODE_SELECTOR
from tests.unit.scheduler.upstream import CODES, TABLES, params, status_of

FIT, AFFINITY = "noderesources:fit_test/Test", "nodeaffinity:node_affinity_test/Test"
TAINT, CORDON = "tainttoleration:taint_toleration_test/Test", "nodeunschedulable:node_unschedulable_test/Test"
PORTS, IMAGES = "nodeports:node_ports_test/Test", "imagelocality:image_locality_test/TestImageLocalityPriority/tests"
GATES = "schedulinggates:scheduling_gates_test/Test"
LEAST = "noderesources:least_allocated_test/TestLeastAllocatedScoringStrategy/tests"
MOST = "noderesources:most_allocated_test/TestMostAllocatedScoringStrategy/tests"
RATIO = "noderesources:requested_to_capacity_ratio_test/Test"
RATIOS, LINE = f"{RATIO}RequestedToCapacityRatioScoringStrategy/tests", f"{RATIO}BrokenLinearFunction/tests"
PACKING: dict[str, dict[str, int]] = {
    f"{RATIO}ResourceBinPackingSingleExtended/tests": {"intel.com/foo": 1},
    f"{RATIO}ResourceBinPackingMultipleExtended/tests": {"intel.com/foo": 3, "intel.com/bar": 5},
}
"""With the weights that upstream's tests set in code."""
REQUESTS = "noderesources:resource_allocation_test/TestResourceAllocationScorerCalculateRequests/tests"
NORMALIZE = "helper:normalize_score_test/TestDefaultNormalizeScore/tests"
EFFECTS = "helper:taint_test/TestDoNotScheduleTaintsFilterFunc/tests"

NOBODY: Obj = {"metadata": {}, "spec": {}}
AFFINITY_HINTS = f"{AFFINITY}_isSchedulableAfterNodeChange/testcases"
EVENTS = f"{FIT}EventsToRegister/tests"
NODE_HINTS: dict[str, Hint] = {
    f"{FIT}_isSchedulableAfterNodeChange/testcases": NodeResourcesFit().is_schedulable_after_node_change,
    f"{TAINT}IsSchedulableAfterNodeChange/tests": TaintToleration().is_schedulable_after_node_change,
    f"{CORDON}IsSchedulableAfterNodeChange/testCases": NodeUnschedulable().is_schedulable_after_node_change,
}
POD_HINTS: dict[str, Hint] = {
    f"{FIT}_isSchedulableAfterPodChange/testcases": NodeResourcesFit().is_schedulable_after_pod_event,
    f"{TAINT}_isSchedulableAfterPodTolerationChange/testcases": TaintToleration().is_schedulable_after_pod_toleration_change,
    f"{CORDON}IsSchedulableAfterPodTolerationChange/testCases": NodeUnschedulable().is_schedulable_after_pod_toleration_change,
    f"{GATES}_isSchedulableAfterPodChange/testcases": SchedulingGates().is_schedulable_after_gates_eliminated,
    f"{PORTS}_isSchedulableAfterPodDeleted/testcases": NodePorts().is_schedulable_after_pod_deleted,
}
RAN = {
    *NODE_HINTS,
    AFFINITY_HINTS,
    *POD_HINTS,
    EVENTS,
    f"{FIT}IsFit/testCases",
    f"{AFFINITY}NodeAffinity/tests",
    f"{AFFINITY}NodeAffinityPriority/tests",
    f"{TAINT}TaintTolerationFilter/tests",
    f"{TAINT}TaintTolerationScore/tests",
    f"{CORDON}NodeUnschedulable/testCases",
    f"{GATES}PreEnqueue/tests",
    f"{PORTS}Fits/tests",
    f"{PORTS}NodePorts/tests",
    IMAGES,
    LEAST,
    MOST,
    RATIOS,
    LINE,
    *PACKING,
    REQUESTS,
    NORMALIZE,
    EFFECTS,
}
NOT_APPLICABLE = {
    "defaultpreemption:default_preemption_test/TestCustom": "an order and a choice of victims that the scheduler's own builders may set",
    "defaultpreemption:default_preemption_test/TestPreEnqueue": "victims are made to go before the next pod is looked at, not beside it",
    "defaultpreemption:default_preemption_test/TestPreempt/patchedPods": "what upstream compares with; see test_making_room.py",
    "helper:podgroup_test": "no pod groups",
    "helper:spread_test": "its Services and owners are made by functions, which is no data; test_view.py has cases of its own",
    "imagelocality:image_locality_test/TestImageSignature": "signatures, by which upstream schedules equal pods together",
    "interpodaffinity:filtering_test/TestGetTPMap": "upstream's counts by topology; what follows from them is tested",
    "interpodaffinity:filtering_test/TestPreFilterStateAddRemovePod": "counts are not changed in place here",
    "interpodaffinity:plugin_test/TestPodAffinitySignature": "signatures, by which upstream schedules equal pods together",
    "podtopologyspread:filtering_test/TestPreFilterState": "upstream's counts by topology; what follows from them is tested",
    "podtopologyspread:filtering_test/TestPodTopoSignatures": "signatures, by which upstream schedules equal pods together",
    "podtopologyspread:scoring_test/TestPreScoreStateEmptyNodes": "upstream's counts by topology; the scores are tested",
    "volumebinding:binder_test/TestBindAPIUpdate": "what its cache holds after each write; test_volume_binding.py has the writes",
    "volumebinding:binder_test/TestBindPodVolumes": "goroutines that change objects meanwhile; test_scheduler.py has the binding cycle",
    "volumebinding:binder_test/TestCapacity/yesNo": "the two ways in which its test runs, which ours does, too",
    "volumebinding:binder_test/TestCheckBindingsWithCSIMigration": "no volumes of plugins that were moved to drivers",
    "volumebinding:binder_test/TestFindPodVolumesWithCSIMigration": "no volumes of plugins that were moved to drivers",
    "volumebinding:passive_assume_cache_test": "versions that its cache refuses: what is assumed here comes from the cache",
    "volumebinding:scorer_test": "scoring by capacity is an alpha feature, off",
    "volumebinding:volume_binding_test/Test_PreBindPreFlight": "whether there is something to do is asked by doing it here",
    "noderesources:fit_test/TestScorePlacement_Resources": "no pod groups",
    "noderesources:fit_test/Test_isSchedulableAfterDeviceClassChange": "no device classes",
    "noderesources:resource_allocation_test/TestNodeMatchCaching": "device classes",
    f"{HELPERS}FindMatchingUntoleratedTaint": "which taints count is a function there; the plugin's own tables run",
    f"{HELPERS}GetAvoidPodsFromNode": "an annotation that no plugin reads any more",
    f"{NODE_SELECTOR}NodeSelectorRequirementsAsSelector": "the compiled form is upstream's own; what it matches is tested",
    "tainttoleration:taint_toleration_test/TestTaintTolerationFilterWithFeatureGate": "the comparison operators are an alpha feature, off",
}


def test_every_table_runs_or_says_why_not() -> None:
    left_out = {table for table in TABLES if table.startswith(tuple(NOT_APPLICABLE))}
    ran = RAN | test_upstream_helpers.RAN | test_upstream_topology.RAN | test_upstream_preemption.RAN | test_upstream_volumes.RAN
    assert ran | left_out == set(TABLES)
    assert not ran & left_out


@pytest.mark.parametrize(("table", "case"), params(EVENTS))
def test_which_events_a_plugin_registers(table: str, case: Any) -> None:
    if case["enableDRAExtendedResource"]:
        pytest.skip("no device classes")
    wanted = {each["Event"]["Resource"]: each["Event"]["ActionType"] for each in case["expectedClusterEvents"]}
    found = {interest.resource.value: interest.action.value for interest in NodeResourcesFit().events_to_register()}
    if case["enableInPlacePodVerticalScaling"]:
        assert found["Pod"] == wanted["Pod"]
    elif case["enableSchedulingQueueHint"]:
        assert found["Node"] == wanted["Node"]
    else:
        pytest.skip("hints and resizing pods in place are on since 1.34 and 1.33")


INTERESTS = {
    "NodeUnschedulable": ["Node ADD|UPDATE_NODE_TAINT", "Pod UPDATE_POD_TOLERATION"],
    "NodeName": ["Node ADD"],
    "TaintToleration": ["Node ADD|UPDATE_NODE_TAINT", "Pod UPDATE_POD_TOLERATION"],
    "NodeAffinity": ["Node ADD|UPDATE_NODE_LABEL"],
    "NodePorts": ["Pod DELETE", "Node ADD"],
    "NodeResourcesFit": ["Pod DELETE|UPDATE_POD_SCALE_DOWN", "Node ADD|UPDATE_NODE_ALLOCATABLE"],
    "VolumeRestrictions": ["Pod DELETE", "Node ADD", "PersistentVolumeClaim ADD"],
    "NodeVolumeLimits": [
        "storage.k8s.io/CSINode ADD",
        "storage.k8s.io/CSINode UPDATE",
        "Pod DELETE",
        "PersistentVolumeClaim ADD",
        "storage.k8s.io/VolumeAttachment DELETE",
    ],
    "VolumeBinding": [
        "storage.k8s.io/StorageClass ADD|UPDATE",
        "PersistentVolumeClaim ADD|UPDATE",
        "PersistentVolume ADD|UPDATE",
        "Node ADD|UPDATE_NODE_LABEL",
        "storage.k8s.io/CSINode ADD|UPDATE",
        "storage.k8s.io/CSIDriver UPDATE",
        "storage.k8s.io/CSIStorageCapacity ADD|UPDATE",
    ],
    "VolumeZone": [
        "storage.k8s.io/StorageClass ADD",
        "Node ADD|UPDATE_NODE_LABEL",
        "PersistentVolumeClaim ADD|UPDATE",
        "PersistentVolume ADD|UPDATE",
    ],
    "PodTopologySpread": [
        "Pod ADD|DELETE|UPDATE_POD_LABEL|UPDATE_POD_TOLERATION",
        "Node ADD|DELETE|UPDATE_NODE_LABEL|UPDATE_NODE_TAINT",
    ],
    "InterPodAffinity": ["Pod ADD|DELETE|UPDATE_POD_LABEL", "Node ADD|UPDATE_NODE_LABEL"],
    "SchedulingGates": ["Pod UPDATE_POD_SCHEDULING_GATES_ELIMINATED"],
    "NodeDeclaredFeatures": ["Node ADD|UPDATE_NODE_DECLARED_FEATURE"],
}
"""What upstream's ``EventsToRegister`` give (NodeDeclaredFeatures' without changes of the pod, which cannot be); plugins that turn nobody
away register nothing."""


def _text(interest: Interest) -> str:
    parts = ["ADD", "DELETE", "UPDATE"] if Action.UPDATE in interest.action else [action.name or "" for action in Action]
    return f"{interest.resource.value} {'|'.join(part for part in parts if part and Action[part] and Action[part] in interest.action)}"


def test_every_plugin_registers_what_may_help_pods_that_it_has_turned_away() -> None:
    plugins = default_profile(View()).plugins
    found = {name: [_text(interest) for interest in plugin.events_to_register()] for name, plugin in plugins.items()}
    assert {name: events for name, events in found.items() if events} == INTERESTS


@pytest.mark.parametrize(("table", "case"), params(*NODE_HINTS, AFFINITY_HINTS))
def test_which_change_of_a_node_may_help(table: str, case: Any) -> None:
    if case.get("expectedErr") or case.get("wantErr"):
        assert not (isinstance(case["newObj"], dict) and isinstance(case["oldObj"], dict | None)), "only objects of a wrong type are errors"
        return
    hint = NODE_HINTS.get(table) or NodeAffinity((case["args"] or {}).get("AddedAffinity")).is_schedulable_after_node_change
    assert hint(pod_info(case["pod"] or NOBODY), case["oldObj"], case["newObj"]) is (case["expectedHint"] == 1)


@pytest.mark.parametrize(("table", "case"), params(*POD_HINTS))
def test_which_change_of_a_pod_may_help(table: str, case: Any) -> None:
    old, new = case["oldObj"], case.get("newObj")
    if case.get("expectedErr") or case.get("wantErr"):
        assert not all(isinstance(obj, dict | None) for obj in (old, new)), "only objects of a wrong type are errors"
        return
    if case.get("enableInPlacePodVerticalScaling") is False:
        pytest.skip("resizing pods in place is on since 1.33")
    assert POD_HINTS[table](pod_info(case["pod"] or NOBODY), old, new) is (case["expectedHint"] == 1)


@pytest.mark.parametrize(("table", "case"), params(f"{FIT}IsFit/testCases"))
def test_a_pod_fits_an_empty_node_or_not(table: str, case: Any) -> None:
    if case.get("podLevelResourcesEnabled") is False and case["pod"]["spec"].get("resources"):
        pytest.skip("resources of the pod itself are on since 1.34")
    if case["node"] is None:
        pytest.skip("a filter is never asked about a node that does not exist")
    info = node_infos([case["node"]])[0]
    assert (NodeResourcesFit().filter(CycleState(), pod_info(case["pod"]), info) is None) is case["expected"]


@pytest.mark.parametrize(("table", "case"), params(f"{AFFINITY}NodeAffinity/tests"))
def test_node_affinity_filters(table: str, case: Any) -> None:
    plugin, state, pod = NodeAffinity(case["args"]["AddedAffinity"]), CycleState(), pod_info(case["pod"])
    info = node_infos([{"metadata": {"name": case["nodeName"], "labels": case["labels"] or {}}}])[0]
    before = plugin.pre_filter(state, pod, [info])
    if case["runPreFilter"]:
        result = before.node_names if isinstance(before, PreFilterResult) else None
        wanted = case["wantPreFilterResult"]
        assert result == (frozenset(wanted["NodeNames"]) if wanted else None)
        assert (before if isinstance(before, Status) else None) == status_of(case["wantPreFilterStatus"])
        if isinstance(before, Status):
            return
    if isinstance(before, Status):
        assert before.code is Code.SKIP
        return
    assert plugin.filter(state, pod, info) == status_of(case["wantStatus"])


def scores(plugin: ScorePlugin, state: CycleState, case: Any) -> list[dict[str, Any]]:
    pod, infos = pod_info(case["pod"]), node_infos(case["nodes"])
    values = plugin.normalize(state, pod, infos, [plugin.score(state, pod, info) for info in infos])
    return [{"Name": info.name, "Score": value} for info, value in zip(infos, values, strict=True)]


@pytest.mark.parametrize(("table", "case"), params(f"{AFFINITY}NodeAffinityPriority/tests"))
def test_node_affinity_scores(table: str, case: Any) -> None:
    plugin, state = NodeAffinity(case["args"]["AddedAffinity"]), CycleState()
    status = plugin.pre_score(state, pod_info(case["pod"]), node_infos(case["nodes"]))
    wanted = case["wantPreScoreStatus"]
    if wanted is not None:
        assert status is not None
        assert status.code is CODES[wanted["code"]]
    elif status is not None:  # upstream's test scores without PreScore here; a plugin that is skipped adds nothing
        assert {row["Score"] for row in case["expectedList"]} == {0}
    else:
        assert scores(plugin, state, case) == case["expectedList"]


@pytest.mark.parametrize(("table", "case"), params(f"{TAINT}TaintTolerationFilter/tests"))
def test_taints_filter(table: str, case: Any) -> None:
    if case["enableTaintTolerationComparisonOps"]:
        pytest.skip("the comparison operators are an alpha feature, off")
    status = TaintToleration().filter(CycleState(), pod_info(case["pod"]), node_infos([case["node"]])[0])
    assert status == status_of(case["wantStatus"])


@pytest.mark.parametrize(("table", "case"), params(f"{TAINT}TaintTolerationScore/tests"))
def test_taints_score(table: str, case: Any) -> None:
    if case["enableTaintTolerationComparisonOps"]:
        pytest.skip("the comparison operators are an alpha feature, off")
    plugin, state = TaintToleration(), CycleState()
    assert plugin.pre_score(state, pod_info(case["pod"]), node_infos(case["nodes"])) is None
    assert scores(plugin, state, case) == case["expectedList"]


@pytest.mark.parametrize(("table", "case"), params(f"{CORDON}NodeUnschedulable/testCases"))
def test_cordoned_nodes_filter(table: str, case: Any) -> None:
    status = NodeUnschedulable().filter(CycleState(), pod_info(case["pod"]), node_infos([case["node"]])[0])
    assert status == status_of(case["wantStatus"])


@pytest.mark.parametrize(("table", "case"), params(f"{GATES}PreEnqueue/tests"))
def test_gates_keep_a_pod_out(table: str, case: Any) -> None:
    assert SchedulingGates().pre_enqueue(pod_info(case["pod"])) == status_of(case["want"])


def strategy_scores(strategy: Strategy, case: Any, pod: Any, existing: Any) -> list[dict[str, Any]]:
    plugin, info = NodeResourcesFit(strategy), pod_info(pod)
    return [{"Name": node.name, "Score": plugin.score(CycleState(), info, node)} for node in node_infos(case["nodes"], existing)]


@pytest.mark.parametrize(("table", "case"), params(LEAST, MOST, RATIOS))
def test_strategies_score(table: str, case: Any) -> None:
    if case["wantErrs"] or case.get("wantStatusCode"):
        pytest.skip("what is wrong with the arguments is found when the configuration is read; see test_config.py")
    weights = {resource["Name"]: resource["Weight"] for resource in case["resources"]}
    strategy: Strategy = LeastAllocated(weights) if table == LEAST else MostAllocated(weights)
    if table == RATIOS:
        strategy = RequestedToCapacityRatio(weights, [(point["Utilization"], point["Score"]) for point in case["shape"]])
    assert strategy_scores(strategy, case, case["requestedPod"], case["existingPods"]) == case["expectedScores"]


@pytest.mark.parametrize(("table", "case"), params(*PACKING))
def test_extended_resources_are_packed(table: str, case: Any) -> None:
    strategy = RequestedToCapacityRatio(PACKING[table], [(0, 0), (100, 1)])
    placed = [each for each in case["pods"] or () if each["spec"].get("nodeName")]
    assert strategy_scores(strategy, case, case["pod"], placed) == case["expectedScores"]


@pytest.mark.parametrize(("table", "case"), params(LINE))
def test_a_broken_line(table: str, case: Any) -> None:
    shape = [(point["Utilization"], point["Score"]) for point in case["points"]]
    got = [on_line(shape, each["p"]) for each in case["assertions"]]
    assert got == [each["expected"] for each in case["assertions"]]


@pytest.mark.parametrize(("table", "case"), params(REQUESTS))
def test_containers_without_requests_count_with_defaults(table: str, case: Any) -> None:
    assert pod_requests(case["pod"], {CPU: DEFAULT_MILLI_CPU, MEMORY: DEFAULT_MEMORY}) == case["expected"]


@pytest.mark.parametrize(("table", "case"), params(NORMALIZE))
def test_normalised_scores(table: str, case: Any) -> None:
    assert default_normalize(case["scores"], reverse=case["reverse"]) == case["expectedScores"]


@pytest.mark.parametrize(("table", "case"), params(EFFECTS))
def test_which_taints_keep_pods_from_being_scheduled(table: str, case: Any) -> None:
    found = find_untolerated([case["taint"]], (), (NO_SCHEDULE, NO_EXECUTE))
    assert (found is not None) is case["expected"]


def with_pods(recorded: Any) -> NodeInfo:
    """A node with the pods of a recorded NodeInfo."""
    pods = [{**entry["Pod"], "spec": {**entry["Pod"]["spec"], "nodeName": "n"}} for entry in recorded["Pods"] or ()]
    return node_infos([{"metadata": {"name": "n"}}], pods)[0]


@pytest.mark.parametrize(("table", "case"), params(f"{PORTS}NodePorts/tests"))
def test_ports_filter(table: str, case: Any) -> None:
    plugin, state, pod, info = NodePorts(), CycleState(), pod_info(case["pod"]), with_pods(case["nodeInfo"])
    assert plugin.pre_filter(state, pod, [info]) == status_of(case["wantPreFilterStatus"])
    if case["wantPreFilterStatus"] is None:
        assert plugin.filter(state, pod, info) == status_of(case["wantFilterStatus"])


@pytest.mark.parametrize(("table", "case"), params(f"{PORTS}Fits/tests"))
def test_ports_fit_or_not(table: str, case: Any) -> None:
    status = NodePorts().filter(CycleState(), pod_info(case["pod"]), with_pods(case["existing"]))
    assert (status is None) is case["expect"]


@pytest.mark.parametrize(("table", "case"), params(IMAGES))
def test_images_score(table: str, case: Any) -> None:
    plugin, state = ImageLocality(), CycleState(node_infos(case["nodes"]))
    assert plugin.pre_filter(state, pod_info(case["pod"]), node_infos(case["nodes"])) is None
    assert scores(plugin, state, case) == case["expectedList"]
