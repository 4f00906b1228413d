"""Inside the scheduler: which nodes can take a pod, and which of them is best."""

from __future__ import annotations

from cluster.engine.trace import Hop
from dashboard.captions.names import thing
from dashboard.captions.sentence import Caption, Noun, say

MOST_VICTIMS = 3
"""Whom a preemption costs their place, as far as there is room for their names."""


def caption(hop: Hop) -> Caption | None:
    """Return the caption of a filter or score hop, or of the scheduler's own restart, None for any other."""
    if hop.verb == "restart-scheduler":
        return say(
            "The scheduler gets another configuration and starts anew: it lists and watches everything again.",
            "스케줄러가 새 설정으로 다시 시작합니다. 모든 것을 다시 나열하고 지켜봅니다.",
        )
    if hop.target == "kube-scheduler/filter":
        return _filter(hop)
    if hop.target == "kube-scheduler/score":
        return _score(hop)
    return None


def _filter(hop: Hop) -> Caption:
    detail = hop.detail or {}
    words: dict[str, Noun] = {"pod": thing(hop.key), "count": detail.get("nodes", 0), "passed": len(detail.get("feasible", ()))}
    if "feasible" not in detail:
        return say(
            "Filter: the scheduler asks which nodes can take {pod}.", "필터: 스케줄러가 {pod:을를} 받을 수 있는 노드를 찾습니다.", **words
        )
    is_only = words["count"] == 1
    none = "Filter: the only node cannot take {pod}." if is_only else "Filter: none of {count} nodes can take {pod}."
    if not detail["feasible"] and (found := detail.get("preemption")) and found["node"]:
        victims = [victim["pod"].rpartition("/")[2] for victim in found["candidates"][found["node"]]["victims"]]
        more = ", …" if len(victims) > MOST_VICTIMS else ""
        return say(
            none + " Preemption: Pods that matter less make room on {node}: {victims}.",
            "필터: 노드 {count}개 중 {pod:을를} 받을 수 있는 노드가 없습니다. 선점: {node}에서 덜 중요한 파드가 비켜 줍니다: {victims}.",
            **words,
            node=found["node"],
            victims=", ".join(victims[:MOST_VICTIMS]) + more,
        )
    if not detail["feasible"]:
        return say(
            none + " It has to wait.",
            "필터: 노드 {count}개 중 {pod:을를} 받을 수 있는 노드가 없습니다. 파드는 기다려야 합니다.",
            **words,
        )
    return say(
        "Filter: the only node can take {pod}." if is_only else "Filter: {passed} of {count} nodes can take {pod}.",
        "필터: 노드 {count}개 중 {passed}개가 {pod:을를} 받을 수 있습니다.",
        **words,
    )


def _score(hop: Hop) -> Caption:
    detail = hop.detail or {}
    words: dict[str, Noun] = {"pod": thing(hop.key), "count": len(detail.get("feasible", ())), "chosen": detail.get("node", "")}
    if not words["chosen"]:
        return say("Score: the scheduler compares the nodes for {pod}.", "점수: 스케줄러가 {pod:을를} 위해 노드들을 비교합니다.", **words)
    return say(
        "Score: of {count} nodes {chosen} is the best for {pod}." if words["count"] != 1 else "Score: {chosen} is the only node for {pod}.",
        "점수: 노드 {count}개 중 {chosen:이가} {pod}에 가장 알맞습니다.",
        **words,
    )
