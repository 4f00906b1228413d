"""The scheduler's table, as the inspector shows it: which nodes were filtered out and why, what the others scored."""

from __future__ import annotations

from cluster.engine.trace import Hop
from cluster.machinery.meta import Obj
from cluster.runner.host import Host
from cluster.scheduler.decision import node_table
from dashboard import log

MAX_ROWS = 50
"""Nodes that are shown; of a large cluster the others are only counted."""
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
    """Join the two halves of one scheduling cycle: the best node first, those that were turned away last."""
    rows = [_row(name, found) for name, found in node_table(filter_detail, score_detail).items()]
    rows.sort(key=lambda row: (any(not entry["ok"] for entry in row["filter"]), -row["total"], row["node"]))
    feasible = filter_detail["feasible"]
    chosen = score_detail["node"] if score_detail else feasible[0] if len(feasible) == 1 else ""
    return {
        "pod": filter_detail["pod"],
        "nodes": rows[:MAX_ROWS],
        "left": max(len(rows) - MAX_ROWS, 0),
        "chosen": chosen,
        "preemption": _preemption(filter_detail.get("preemption")),
    }


def _preemption(found: Obj | None) -> Obj | None:
    """Return what preemption found, the cheapest first; None where it was not tried or there was nobody to make go."""
    if found is None or not found["candidates"]:
        return None
    candidates = [{"node": node, **candidate} for node, candidate in found["candidates"].items()]
    candidates.sort(key=lambda candidate: candidate["node"] != found["node"])
    return {"node": found["node"], "decidedBy": found["decidedBy"], "candidates": candidates[:MAX_ROWS]}


def _row(name: str, found: Obj) -> Obj:
    rejection = {"plugin": found["plugin"], "ok": False, "message": ", ".join(found["reasons"])} if "plugin" in found else None
    return {
        "node": name,
        "filter": [rejection] if rejection else [],
        "score": [
            {"plugin": plugin, "raw": entry["raw"], "score": entry["normalized"], "weight": entry["weight"], "sum": entry["score"]}
            for plugin, entry in found.get("scores", {}).items()
        ],
        "total": found.get("total", 0),
    }
