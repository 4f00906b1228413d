"""What is remembered between pods changes no decision: random clusters, decided with and without memory."""

from __future__ import annotations

import random
from typing import Any

import pytest

from cluster.engine.clock import Clock
from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.machinery.labels import EVERYTHING, selector_from_labels
from cluster.machinery.meta import Obj
from cluster.scheduler.cache import Cache
from cluster.scheduler.decision import node_table
from cluster.scheduler.framework import Framework
from cluster.scheduler.node_info import PodInfo
from cluster.scheduler.plugins import default_profile
from cluster.scheduler.snapshot import Snapshot
from tests.unit.scheduler.build import START, View, node, pod

_ZONES = ("z1", "z2", "z3")


def _node(chance: random.Random, name: str) -> Obj:
    labels = {"topology.kubernetes.io/zone": chance.choice(_ZONES)} if chance.random() < 0.9 else {}
    taints = [{"key": "a", "effect": chance.choice(("NoSchedule", "PreferNoSchedule"))}] if chance.random() < 0.3 else []
    made = node(name, cpu=chance.choice(("1", "2", "4")), labels=labels, taints=taints, unschedulable=chance.random() < 0.1)
    if chance.random() < 0.5:
        made["status"]["images"] = [{"names": ["app:1"], "sizeBytes": 500_000_000}]
    return made


def _pod(chance: random.Random, name: str) -> Obj:
    spread = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": chance.choice(("DoNotSchedule", "ScheduleAnyway")),
        "labelSelector": {"matchLabels": {"app": "a"}},
    }
    away: Obj = {"labelSelector": {"matchLabels": {"app": "a"}}, "topologyKey": "kubernetes.io/hostname"}
    near: Obj = {"labelSelector": {"matchLabels": {"app": "b"}}, "topologyKey": "topology.kubernetes.io/zone"}
    kinds: list[dict[str, Any]] = [
        {},
        {"tolerations": [{"key": "a", "operator": "Exists"}]},
        {"nodeSelector": {"topology.kubernetes.io/zone": "z1"}},
        {"topologySpreadConstraints": [spread]},
        {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [away]}}},
        {"affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [near]}}},
        {"affinity": {"podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 7, "podAffinityTerm": near}]}}},
        {"affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 9, "podAffinityTerm": away}]}}},
    ]
    made = pod(name, requests={"cpu": chance.choice(("100m", "500m"))}, **chance.choice(kinds))
    made["metadata"]["labels"] = {"app": chance.choice("ab")}
    return made


@pytest.mark.parametrize("seed", range(12))
def test_a_decision_is_the_same_with_and_without_memory(seed: int) -> None:
    chance = random.Random(seed)
    view = View(spreading=selector_from_labels({"app": "a"}) if seed % 2 else EVERYTHING)
    remembering = Framework(default_profile(view), Trace(Clock(START)), Rng(seed))
    cache = Cache()
    names = [f"n{number}" for number in range(8)]
    for name in names:
        cache.set_node(_node(chance, name))
    placed: list[Obj] = []
    for number in range(60):
        asking = PodInfo.of(_pod(chance, f"p{number}"))
        decision = remembering.schedule(asking, cache.snapshot)
        fresh = Framework(default_profile(view), Trace(Clock(START)), Rng(seed)).schedule(asking, Snapshot(list(cache.snapshot.nodes)))
        details = [node_table(each.filter_detail(), each.score_detail() if each.totals else None) for each in (decision, fresh)]
        assert (details[0], decision.message, decision.tied) == (details[1], fresh.message, fresh.tied)
        if decision.node:
            placed.append({**asking.pod, "spec": {**asking.pod["spec"], "nodeName": decision.node}})
            cache.set_pod(placed[-1])
        event = chance.random()
        if event < 0.2 and placed:
            gone = placed.pop(chance.randrange(len(placed)))
            cache.remove_pod(PodInfo.of(gone).key)
        elif event < 0.3:
            cache.set_node(_node(chance, chance.choice(names)))
