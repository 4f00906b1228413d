"""Cases of the recorded shape that were never recorded: nodes of one, pods of another, the incoming pod of a third.

What has to come out is computed here a second time, by plain arithmetic over the manifests, from upstream's formulas: each filter, each
score, no caches and no shared code.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from typing import Any

import pytest

from cluster.scheduler.decision import node_table
from tests.shared import shared_path
from tests.unit.scheduler.test_recorded_decisions import decide

CASES: list[Any] = json.loads(shared_path("golden", "scheduling", "cases.json").read_text())
ROUNDS = 200
UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
HOST = "kubernetes.io/hostname"
CORDONED = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


def recombined(seed: int) -> Any:
    chance = random.Random(seed)
    nodes, others, asking = (chance.choice(CASES) for _ in range(3))
    names = [node["name"] for node in nodes["nodes"]]
    existing = [{**each, "node": each["node"] if each["node"] in names else chance.choice(names)} for each in others["existing"]]
    pod = {**asking["pod"], "spec": {k: v for k, v in asking["pod"]["spec"].items() if k != "nodeName"}}
    return {"name": f"r{seed}", "nodes": nodes["nodes"], "existing": existing, "pod": pod}


def cpu(text: str) -> int:
    return int(text[:-1]) if text.endswith("m") else int(float(text) * 1000)


def memory(text: str) -> int:
    return int(text[:-2]) * UNITS[text[-2:]] if text[-2:] in UNITS else int(text)


def asked(spec: Any, default_cpu: int = 0, default_memory: int = 0) -> tuple[int, int]:
    """What a pod asks for: its containers together with its sidecars, or more while it starts."""

    def of(container: Any) -> tuple[int, int]:
        wanted = (container.get("resources") or {}).get("requests") or {}
        return (
            cpu(wanted["cpu"]) if "cpu" in wanted else default_cpu,
            memory(wanted["memory"]) if "memory" in wanted else default_memory,
        )

    total, sidecars, peak = [0, 0], [0, 0], [0, 0]
    for container in spec["containers"]:
        total = [a + b for a, b in zip(total, of(container), strict=True)]
    for container in spec.get("initContainers") or ():
        now = [a + b for a, b in zip(sidecars, of(container), strict=True)]
        if container.get("restartPolicy") == "Always":
            sidecars = now
            total = [a + b for a, b in zip(total, of(container), strict=True)]
        peak = [max(a, b) for a, b in zip(peak, now, strict=True)]
    return max(total[0], peak[0]), max(total[1], peak[1])


def chosen(selector: Any, labels: Any) -> bool:
    if selector is None:
        return False
    expressions = [*(selector.get("matchExpressions") or ())]
    return all(labels.get(k) == v for k, v in (selector.get("matchLabels") or {}).items()) and all(fits(e, labels) for e in expressions)


def fits(expression: Any, labels: Any) -> bool:
    key, operator, values = expression["key"], expression["operator"], expression.get("values") or []
    verdicts: dict[str, Callable[[], bool]] = {
        "In": lambda: labels.get(key) in values,
        "NotIn": lambda: key not in labels or labels[key] not in values,
        "Exists": lambda: key in labels,
        "DoesNotExist": lambda: key not in labels,
        "Gt": lambda: key in labels and labels[key].isdigit() and int(labels[key]) > int(values[0]),
        "Lt": lambda: key in labels and labels[key].isdigit() and int(labels[key]) < int(values[0]),
    }
    return verdicts[operator]()


def tolerated(taint: Any, tolerations: Any) -> bool:
    for each in tolerations or ():
        if each.get("effect") and each["effect"] != taint["effect"]:
            continue
        if each.get("key") and each["key"] != taint["key"]:
            continue
        if each.get("operator") == "Exists" or (each.get("key") and each.get("value", "") == taint.get("value", "")):
            return True
    return False


class Expected:
    """One case, worked out."""

    def __init__(self, case: Any) -> None:
        self.pod, self.spec = case["pod"], case["pod"]["spec"]
        self.affinity = self.spec.get("affinity") or {}
        self.nodes = {node["name"]: node for node in case["nodes"]}
        self.labels = {name: {HOST: name, **(node.get("labels") or {})} for name, node in self.nodes.items()}
        self.existing = {name: [e for e in case["existing"] if e["node"] == name] for name in self.nodes}
        self.taints = {
            name: [*(node.get("taints") or ()), *([CORDONED] if node.get("unschedulable") else ())] for name, node in self.nodes.items()
        }
        self.feasible = [name for name in self.nodes if self.is_feasible(name)]

    def used(self, name: str, default_cpu: int = 0, default_memory: int = 0) -> tuple[int, int]:
        sums = [
            asked({"containers": [{"resources": {"requests": e.get("requests") or {}}}]}, default_cpu, default_memory)
            for e in self.existing[name]
        ]
        return sum(s[0] for s in sums), sum(s[1] for s in sums)

    def suits(self, name: str) -> bool:
        """The node selector and the required node affinity."""
        labels = self.labels[name]
        if any(labels.get(k) != v for k, v in (self.spec.get("nodeSelector") or {}).items()):
            return False
        required = (self.affinity.get("nodeAffinity") or {}).get("requiredDuringSchedulingIgnoredDuringExecution")
        return required is None or any(self.is_met(term, name) for term in required["nodeSelectorTerms"])

    def is_met(self, term: Any, name: str) -> bool:
        conditions = [*(term.get("matchExpressions") or ())]
        fields = [*(term.get("matchFields") or ())]
        if not conditions and not fields:
            return False
        return all(fits(e, self.labels[name]) for e in conditions) and all(fits(f, {"metadata.name": name}) for f in fields)

    def is_feasible(self, name: str) -> bool:
        node = self.nodes[name]
        hard = [t for t in self.taints[name] if t["effect"] != "PreferNoSchedule"]
        if any(not tolerated(t, self.spec.get("tolerations")) for t in hard) or not self.suits(name):
            return False
        taken = {e["hostPort"] for e in self.existing[name] if e.get("hostPort")}
        ports = {p["hostPort"] for c in self.spec["containers"] for p in c.get("ports") or () if p.get("hostPort")}
        if ports & taken or len(self.existing[name]) + 1 > node["pods"]:
            return False
        wanted, used = asked(self.spec), self.used(name)
        if (wanted[0] and used[0] + wanted[0] > cpu(node["cpu"])) or (wanted[1] and used[1] + wanted[1] > memory(node["memory"])):
            return False
        return self.is_spread(name) and self.is_welcome(name)

    def constraints(self, action: str) -> list[Any]:
        return [c for c in self.spec.get("topologySpreadConstraints") or () if c["whenUnsatisfiable"] == action]

    def counted(self, name: str, constraint: Any) -> int:
        return sum(1 for e in self.existing[name] if chosen(constraint.get("labelSelector"), e["labels"]))

    def takes_part(self, name: str, constraint: Any) -> bool:
        if (constraint.get("nodeAffinityPolicy") or "Honor") == "Honor" and not self.suits(name):
            return False
        hard = [t for t in self.taints[name] if t["effect"] != "PreferNoSchedule"]
        return constraint.get("nodeTaintsPolicy") != "Honor" or all(tolerated(t, self.spec.get("tolerations")) for t in hard)

    def is_spread(self, name: str) -> bool:
        constraints = self.constraints("DoNotSchedule")
        for constraint in constraints:
            key = constraint["topologyKey"]
            if key not in self.labels[name]:
                return False
            counts: dict[str, int] = {}
            for other, labels in self.labels.items():
                if all(c["topologyKey"] in labels for c in constraints) and self.takes_part(other, constraint):
                    counts[labels[key]] = counts.get(labels[key], 0) + self.counted(other, constraint)
            least = min(counts.values(), default=0) if len(counts) >= (constraint.get("minDomains") or 1) else 0
            itself = 1 if chosen(constraint.get("labelSelector"), self.pod["labels"]) else 0
            if counts.get(self.labels[name][key], 0) + itself - least > constraint["maxSkew"]:
                return False
        return True

    def terms(self, owner: Any, kind: str, hard: bool) -> list[Any]:
        found = ((owner or {}).get(kind) or {}).get(("required" if hard else "preferred") + "DuringSchedulingIgnoredDuringExecution") or ()
        return [({**t, "weight": 0} if hard else {**t["podAffinityTerm"], "weight": t["weight"]}) for t in found]

    def together(self, one: str, other: str, key: str) -> bool:
        return key in self.labels[one] and self.labels[one][key] == self.labels[other].get(key)

    def is_welcome(self, name: str) -> bool:
        everyone = [(other, e) for other, pods in self.existing.items() for e in pods]
        wanted = self.terms(self.affinity, "podAffinity", hard=True)
        meant = [(o, e) for o, e in everyone if wanted and all(chosen(t.get("labelSelector"), e["labels"]) for t in wanted)]
        if any(t["topologyKey"] not in self.labels[name] for t in wanted):
            return False
        if not all(any(self.together(name, o, t["topologyKey"]) for o, _ in meant) for t in wanted):
            somewhere = any(t["topologyKey"] in self.labels[o] for o, _ in meant for t in wanted)
            if somewhere or not all(chosen(t.get("labelSelector"), self.pod["labels"]) for t in wanted):
                return False
        for term in self.terms(self.affinity, "podAntiAffinity", hard=True):
            if any(chosen(term.get("labelSelector"), e["labels"]) and self.together(name, o, term["topologyKey"]) for o, e in everyone):
                return False
        return not any(
            chosen(t.get("labelSelector"), self.pod["labels"]) and self.together(name, o, t["topologyKey"])
            for o, e in everyone
            for t in self.terms(e.get("affinity"), "podAntiAffinity", hard=True)
        )

    def scores(self) -> dict[str, dict[str, int]]:
        columns: dict[str, dict[str, int]] = {
            "TaintToleration": {n: 3 * s for n, s in self.reversed(self.taint_counts()).items()},
            "NodeResourcesFit": {n: self.free_share(n) for n in self.feasible},
            "ImageLocality": dict.fromkeys(self.feasible, 0),
            "DynamicResources": dict.fromkeys(self.feasible, 0),
        }
        preferred = (self.affinity.get("nodeAffinity") or {}).get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        if preferred:
            sums = {n: sum(p["weight"] for p in preferred if self.is_met(p["preference"], n)) for n in self.feasible}
            most = max(sums.values())
            columns["NodeAffinity"] = {n: 2 * (100 * s // most if most else 0) for n, s in sums.items()}
        if any(asked(self.spec)):
            columns["NodeResourcesBalancedAllocation"] = {n: self.balance_gain(n) for n in self.feasible}
        if self.constraints("ScheduleAnyway"):
            columns["PodTopologySpread"] = {n: 2 * s for n, s in self.spread_scores().items()}
        near = self.affinity_sums()
        if near is not None:
            low, high = min(near.values()), max(near.values())
            columns["InterPodAffinity"] = {n: 2 * (int(100.0 * ((s - low) / (high - low))) if high > low else 0) for n, s in near.items()}
        return {n: {plugin: column[n] for plugin, column in columns.items()} for n in self.feasible}

    def taint_counts(self) -> dict[str, int]:
        soft = [t for t in self.spec.get("tolerations") or () if (t.get("effect") or "PreferNoSchedule") == "PreferNoSchedule"]
        return {n: sum(1 for t in self.taints[n] if t["effect"] == "PreferNoSchedule" and not tolerated(t, soft)) for n in self.feasible}

    def reversed(self, counts: dict[str, int]) -> dict[str, int]:
        most = max(counts.values())
        return {n: 100 - (100 * c // most) if most else 100 for n, c in counts.items()}

    def free_share(self, name: str) -> int:
        node, used = self.nodes[name], self.used(name, 100, 200 * 2**20)
        wanted = asked(self.spec, 100, 200 * 2**20)
        shares = []
        for capacity, taken in ((cpu(node["cpu"]), used[0] + wanted[0]), (memory(node["memory"]), used[1] + wanted[1])):
            shares.append((capacity - taken) * 100 // capacity if taken <= capacity else 0)
        return sum(shares) // 2

    def balance_gain(self, name: str) -> int:
        node, used, wanted = self.nodes[name], self.used(name), asked(self.spec)

        def balance(more: tuple[int, int]) -> int:
            first = min((used[0] + more[0]) / cpu(node["cpu"]), 1.0)
            second = min((used[1] + more[1]) / memory(node["memory"]), 1.0)
            return int((1 - abs((first - second) / 2)) * 100)

        return 50 + (50 + balance(wanted) - balance((0, 0))) // 2

    def spread_scores(self) -> dict[str, int]:
        constraints = self.constraints("ScheduleAnyway")
        inside = [n for n in self.feasible if all(c["topologyKey"] in self.labels[n] for c in constraints)]
        raw: dict[str, int] = {}
        for name in inside:
            total = 0.0
            for constraint in constraints:
                key = constraint["topologyKey"]
                domains = {self.labels[n][key] for n in inside}
                size = len(inside) if key == HOST else len(domains)
                if key == HOST:
                    count = self.counted(name, constraint)
                else:
                    count = sum(
                        self.counted(o, constraint)
                        for o, labels in self.labels.items()
                        if all(c["topologyKey"] in labels for c in constraints)
                        and labels[key] == self.labels[name][key]
                        and self.takes_part(o, constraint)
                    )
                total += count * math.log(size + 2) + float(constraint["maxSkew"] - 1)
            raw[name] = math.floor(total + 0.5)
        low, high = min(raw.values(), default=0), max(raw.values(), default=0)
        return {n: (100 * (high + low - raw[n]) // high if high else 100) if n in raw else 0 for n in self.feasible}

    def affinity_sums(self) -> dict[str, int] | None:
        """Sums of weights by node; None when nobody prefers anything."""
        weights: dict[tuple[str, str], int] = {}

        def add(node: str, term: Any, labels: Any, weight: int) -> None:
            key = term["topologyKey"]
            if key in self.labels[node] and chosen(term.get("labelSelector"), labels):
                pair = (key, self.labels[node][key])
                weights[pair] = weights.get(pair, 0) + weight

        for node, pods in self.existing.items():
            for other in pods:
                for kind, sign in (("podAffinity", 1), ("podAntiAffinity", -1)):
                    for term in self.terms(self.affinity, kind, hard=False):
                        add(node, term, other["labels"], sign * term["weight"])
                    for term in self.terms(other.get("affinity"), kind, hard=False):
                        add(node, term, self.pod["labels"], sign * term["weight"])
                for term in self.terms(other.get("affinity"), "podAffinity", hard=True):
                    add(node, term, self.pod["labels"], 1)
        if not weights:
            return None
        return {n: sum(w for (key, value), w in weights.items() if self.labels[n].get(key) == value) for n in self.feasible}


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_recombined_case_is_decided_as_arithmetic_says(seed: int) -> None:
    case = recombined(seed)
    decision, expected = decide(case), Expected(case)
    assert sorted(decision.feasible) == sorted(expected.feasible)
    if len(expected.feasible) > 1:
        table = node_table(decision.filter_detail(), decision.score_detail())
        got = {name: {plugin: cell["score"] for plugin, cell in table[name]["scores"].items()} for name in decision.feasible}
        assert got == expected.scores()
