"""The framework: what plugins may answer, and what becomes of it."""

from __future__ import annotations

import pytest

from cluster.machinery.meta import Obj
from cluster.scheduler.decision import node_table
from cluster.scheduler.framework import nodes_to_find
from tests.unit.scheduler.build import framework, node, node_infos, pod, pod_info

HELPLESS = "no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."


def named(*names: list[str]) -> Obj:
    """Affinity to nodes by name: one term for each list, with one requirement for each name."""
    terms = [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": [name]} for name in group]} for group in names]
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}


@pytest.mark.parametrize(
    ("spec", "chosen", "message"),
    [
        pytest.param({"affinity": named(["n2"])}, "n2", "", id="only one node is named"),
        pytest.param(
            {"affinity": named(["n4"])},
            "",
            f"0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [NodeAffinity]. {HELPLESS}",
            id="the node that is named does not exist",
        ),
        pytest.param(
            {"affinity": named(["n1", "n2"])},
            "",
            "0/3 nodes are available: pod affinity terms conflict. not found",
            id="two names at once",
        ),
        pytest.param({"nodeName": "n3"}, "n3", "", id="a node is demanded"),
        pytest.param(
            {"nodeName": "n4"},
            "",
            f"0/3 nodes are available: 3 node(s) didn't match the requested node name. {HELPLESS}",
            id="a node that does not exist is demanded",
        ),
        pytest.param(
            {"nodeSelector": {"a": "b"}, "preemptionPolicy": "Never"},
            "",
            "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. "
            "no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.",
            id="the pod does not preempt",
        ),
    ],
)
def test_where_a_pod_goes(spec: Obj, chosen: str, message: str) -> None:
    decision = framework().schedule(pod_info(pod("web", **spec)), node_infos([node("n1"), node("n2"), node("n3")]))
    assert (decision.node, decision.message) == (chosen, message)


def test_every_node_of_a_refused_pod_has_its_reason() -> None:
    nodes = [node("full", cpu="1"), node("cordoned", unschedulable=True), node("tainted", taints=[{"key": "a", "effect": "NoExecute"}])]
    decision = framework().schedule(pod_info(pod("web", requests={"cpu": "2"})), node_infos(nodes))
    assert node_table(decision.filter_detail(), None) == {
        "full": {"plugin": "NodeResourcesFit", "reasons": ["Insufficient cpu"]},
        "cordoned": {"plugin": "NodeUnschedulable", "reasons": ["node(s) were unschedulable"]},
        "tainted": {"plugin": "TaintToleration", "reasons": ["node(s) had untolerated taint(s)"]},
    }
    assert decision.rejected_by == {"NodeResourcesFit", "NodeUnschedulable", "TaintToleration"}


@pytest.mark.parametrize(("count", "wanted"), [(3, 3), (99, 99), (100, 100), (250, 120), (1000, 420), (5000, 500), (6000, 300)])
def test_in_a_large_cluster_the_search_stops_early(count: int, wanted: int) -> None:
    assert nodes_to_find(count) == wanted


def test_the_next_search_begins_where_the_last_one_stopped() -> None:
    scheduler, nodes = framework(), node_infos([node(f"n{i}") for i in range(150)])
    web = pod_info(pod("web"))
    first, second = scheduler.schedule(web, nodes), scheduler.schedule(web, nodes)
    assert (first.feasible[0], len(first.feasible), second.feasible[0]) == ("n0", 100, "n100")


def test_the_only_node_is_taken_without_ranking() -> None:
    decision = framework().schedule(pod_info(pod("web")), node_infos([node("n1"), node("n2", unschedulable=True)]))
    assert (decision.node, decision.totals, decision.scores) == ("n1", [], [])
