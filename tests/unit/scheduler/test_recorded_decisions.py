"""Decisions of the real scheduler 1.36, for every recorded case."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cluster.machinery.meta import Obj
from cluster.scheduler.decision import Decision, node_table
from tests.shared import shared_path
from tests.unit.scheduler.build import framework, node, node_infos, pod_info

CASES = {case["name"]: case for case in json.loads(shared_path("golden", "scheduling", "cases.json").read_text())}
RECORDED: dict[str, Any] = json.loads(shared_path("golden", "golden", "public", "scheduling.json").read_text())


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
            "metadata": {"name": f"e{number}", "namespace": "sched", "labels": e["labels"]},
            "spec": {
                "nodeName": e["node"],
                "affinity": e.get("affinity"),
                "containers": [
                    {"name": "c", "resources": {"requests": e.get("requests") or {}}, "ports": [{"hostPort": e.get("hostPort")}]}
                ],
            },
        }
        for number, e in enumerate(case["existing"])
    ]
    incoming: Obj = {"metadata": {"name": "incoming", "namespace": "sched", "labels": case["pod"]["labels"]}, "spec": case["pod"]["spec"]}
    return framework().schedule(pod_info(incoming), node_infos(nodes, existing))


RUN = [name for name in RECORDED if not CASES[name]["pod"]["spec"].get("nodeName")]
"""A pod that names its node never comes to the scheduler."""


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
        assert got == recorded["scores"]
        assert {n: table[n]["total"] for n in decision.feasible} == recorded["totals"]
        assert sorted(decision.tied) == recorded["top"]
