"""The scheduler's table, as the inspector shows it: which nodes were filtered out and why, what the others scored."""

from __future__ import annotations

from cluster.engine.trace import Hop
from cluster.machinery.meta import Obj
from cluster.runner.host import Host
from cluster.scheduler.decision import node_table
from dashboard import log

MAX_ROWS = 50
"""Nodes, reasons and nodes of a reason that are named; of a large cluster the others are only counted."""
FILTER, SCORE = "kube-scheduler/filter", "kube-scheduler/score"


async def table_of(host: Host, hop: Hop) -> Obj | None:
    """Return the table of a filter or score hop, None for any other. A score hop shows what the filters said, too."""
    if hop.detail is None or hop.target not in (FILTER, SCORE):
        return None
    if hop.target == FILTER:
        return table(hop.detail, None)
    before = await log.hop_at(host, hop.seq - 1)
    if before is None or before.target != FILTER or before.detail is None:
        return None
    return table(before.detail, hop.detail)


def table(filter_detail: Obj, score_detail: Obj | None) -> Obj:
    """Join the two halves of one scheduling cycle: the chosen node first, then the best ones; those that were turned away by reason.

    ``left``: how many nodes there are beyond those that are named; ``unseen``: how many were not looked at, since enough had been found.
    """
    feasible, rejected = filter_detail["feasible"], filter_detail["rejected"]
    chosen = score_detail["node"] if score_detail else feasible[0] if len(feasible) == 1 else ""
    found = node_table({**filter_detail, "rejected": {}}, score_detail)
    best = sorted(found, key=lambda name: (name != chosen, -found[name].get("total", 0), name))
    groups = _alike(rejected)
    return {
        "pod": filter_detail["pod"],
        "nodes": [_row(name, found[name]) for name in best[:MAX_ROWS]],
        "left": max(len(best) - MAX_ROWS, 0),
        "rejected": groups[:MAX_ROWS],
        "rejectedLeft": sum(len(group["nodes"]) + group["left"] for group in groups[MAX_ROWS:]),
        "unseen": max(filter_detail.get("nodes", 0) - len(feasible) - len(rejected), 0),
        "chosen": chosen,
        "preemption": _preemption(filter_detail.get("preemption")),
    }


def _alike(rejected: dict[str, Obj]) -> list[Obj]:
    """Put the nodes together of which the same was said, the largest group first."""
    nodes: dict[tuple[str, str], list[str]] = {}
    for name in sorted(rejected):
        nodes.setdefault((rejected[name]["plugin"], ", ".join(rejected[name]["reasons"])), []).append(name)
    return [
        {"plugin": plugin, "message": message, "nodes": names[:MAX_ROWS], "left": max(len(names) - MAX_ROWS, 0)}
        for (plugin, message), names in sorted(nodes.items(), key=lambda group: (-len(group[1]), group[0]))
    ]


def _preemption(found: Obj | None) -> Obj | None:
    """Return what preemption found, the cheapest first; None where it was not tried or there was nobody to make go."""
    if found is None or not found["candidates"]:
        return None
    candidates = [{"node": node, **candidate} for node, candidate in found["candidates"].items()]
    candidates.sort(key=lambda candidate: candidate["node"] != found["node"])
    left = max(len(candidates) - MAX_ROWS, 0)
    return {"node": found["node"], "decidedBy": found["decidedBy"], "candidates": candidates[:MAX_ROWS], "left": left}


def _row(name: str, found: Obj) -> Obj:
    return {
        "node": name,
        "score": [
            {"plugin": plugin, "raw": entry["raw"], "score": entry["normalized"], "weight": entry["weight"], "sum": entry["score"]}
            for plugin, entry in found.get("scores", {}).items()
        ],
        "total": found.get("total", 0),
    }
