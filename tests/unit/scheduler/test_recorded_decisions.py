"""Decisions of the real scheduler 1.36, for every recorded case that needs only the plugins we have."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cluster.machinery.meta import Obj
from cluster.scheduler.decision import Decision, node_table
from cluster.scheduler.plugins import DEFAULT_PROFILE
from tests.shared import shared_path
from tests.unit.scheduler.build import framework, node, node_infos, pod_info

CASES = {case["name"]: case for case in json.loads(shared_path("golden", "scheduling", "cases.json").read_text())}
RECORDED: dict[str, Any] = json.loads(shared_path("golden", "golden", "public", "scheduling.json").read_text())
OURS = {plugin.name for plugin, _ in DEFAULT_PROFILE}
NOT_YET = {
    "InterPodAffinity": "the pod, or one that runs already, has affinity to other pods",
    "PodTopologySpread": "the pod has spread constraints",
}


def needs(case: Any) -> set[str]:
    """The plugins beyond the simplest ones that a case needs."""
    spec, existing = case["pod"]["spec"], case["existing"]
    affinities = [spec.get("affinity") or {}, *(pod.get("affinity") or {} for pod in existing)]
    found = set()
    if any("podAffinity" in a or "podAntiAffinity" in a for a in affinities):
        found.add("InterPodAffinity")
    if spec.get("topologySpreadConstraints"):
        found.add("PodTopologySpread")
    return found


def decide(case: Any) -> Decision:
    nodes = [
        node(n["name"], **{k: n[k] for k in ("cpu", "memory", "pods", "labels", "taints", "unschedulable") if k in n})
        for n in case["nodes"]
    ]
    for obj in nodes:
        if obj["spec"].get("unschedulable"):
            obj["spec"]["taints"] = [*obj["spec"]["taints"], {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}]
    existing = [
        {
            "metadata": {"name": f"e{number}", "labels": e["labels"]},
            "spec": {
                "nodeName": e["node"],
                "containers": [
                    {"name": "c", "resources": {"requests": e.get("requests") or {}}, "ports": [{"hostPort": e.get("hostPort")}]}
                ],
            },
        }
        for number, e in enumerate(case["existing"])
    ]
    incoming: Obj = {"metadata": {"name": "incoming", "namespace": "sched", "labels": case["pod"]["labels"]}, "spec": case["pod"]["spec"]}
    return framework().schedule(pod_info(incoming), node_infos(nodes, existing))


RUN = [name for name in RECORDED if needs(CASES[name]) <= OURS and not CASES[name]["pod"]["spec"].get("nodeName")]


def test_what_is_left_out_is_left_out_for_a_reason() -> None:
    left_out = {name: needs(CASES[name]) - OURS for name in RECORDED if name not in RUN}
    assert {plugin for missing in left_out.values() for plugin in missing} <= set(NOT_YET)
    assert all(missing or CASES[name]["pod"]["spec"].get("nodeName") for name, missing in left_out.items())
    assert len(RUN) >= 74


@pytest.mark.parametrize("name", RUN)
def test_the_decision_is_the_recorded_one(name: str) -> None:
    recorded = RECORDED[name]
    decision = decide(CASES[name])
    if recorded["node"] is None:
        assert (decision.node, decision.message) == ("", recorded["message"])
        return
    assert decision.node in recorded["top"]
    assert sorted(decision.feasible) == recorded["feasible"]
    if "scores" in recorded:
        table = node_table(decision.filter_detail(), decision.score_detail())
        got = {n: {p: s["score"] for p, s in table[n]["scores"].items()} for n in decision.feasible}
        ours = {n: {p: s for p, s in scores.items() if p in OURS} for n, scores in recorded["scores"].items()}
        assert got == ours
        others = {n: sum(s for p, s in scores.items() if p not in OURS) for n, scores in recorded["scores"].items()}
        assert {n: table[n]["total"] + others[n] for n in decision.feasible} == recorded["totals"]
        assert sorted(decision.tied) == recorded["top"]
