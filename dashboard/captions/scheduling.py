"""Inside the scheduler: which nodes can take a pod, and which of them is best."""

from __future__ import annotations

from cluster.engine.trace import Hop
from dashboard.captions.names import thing
from dashboard.captions.sentence import Caption, Noun, say


def caption(hop: Hop) -> Caption | None:
    """Return the caption of a filter or score hop, None for any other."""
    if hop.target == "kube-scheduler/filter":
        return _filter(hop)
    if hop.target == "kube-scheduler/score":
        return _score(hop)
    return None


def _filter(hop: Hop) -> Caption:
    nodes = (hop.detail or {}).get("nodes") or ()
    if not nodes:
        return say(
            "Filter: the scheduler asks which nodes can take {pod}.",
            "필터: 스케줄러가 {pod:을를} 받을 수 있는 노드를 찾습니다.",
            pod=thing(hop.key),
        )
    passed = sum(1 for node in nodes if all(plugin.get("ok") for plugin in node.get("filter") or ()))
    words: dict[str, Noun] = {"pod": thing(hop.key), "count": len(nodes), "passed": passed}
    if passed == 0:
        return say(
            "Filter: none of {count} nodes can take {pod}. It has to wait.",
            "필터: 노드 {count}개 중 {pod:을를} 받을 수 있는 노드가 없습니다. 파드는 기다려야 합니다.",
            **words,
        )
    return say(
        "Filter: {passed} of {count} nodes can take {pod}.",
        "필터: 노드 {count}개 중 {passed}개가 {pod:을를} 받을 수 있습니다.",
        **words,
    )


def _score(hop: Hop) -> Caption:
    detail = hop.detail or {}
    count = sum(1 for node in detail.get("nodes") or () if node.get("score"))
    chosen = detail.get("chosen") or ""
    if not chosen:
        return say(
            "Score: the scheduler compares the nodes for {pod}.",
            "점수: 스케줄러가 {pod:을를} 위해 노드들을 비교합니다.",
            pod=thing(hop.key),
        )
    if count == 0:
        return say(
            "Score: {chosen} is the only node that can take {pod}.",
            "점수: {pod:을를} 받을 수 있는 노드는 {chosen}뿐입니다.",
            pod=thing(hop.key),
            chosen=chosen,
        )
    return say(
        "Score: of {count} nodes {chosen} is the best for {pod}.",
        "점수: 노드 {count}개 중 {chosen:이가} {pod}에 가장 알맞습니다.",
        pod=thing(hop.key),
        chosen=chosen,
        count=count,
    )
