"""What somebody breaks and mends, and what does not get through because of it."""

from __future__ import annotations

from cluster.engine.trace import Hop
from cluster.etcd.hop_log import BREAK, MEND
from dashboard.captions.names import component
from dashboard.captions.sentence import Caption, say

_BREAKS = {
    "stopped": ("Somebody stops {target}.", "누군가 {target:을를} 정지합니다."),
    "cut-off": ("Somebody cuts {target} off from the API server.", "누군가 {target:과와} API 서버 사이를 끊습니다."),
    "slow": ("Somebody makes {target} slow.", "누군가 {target:을를} 느리게 만듭니다."),
}
_MESSAGES = {
    "drop-message": (
        "Somebody will lose the next message like this of {target}.",
        "누군가 {target}의 다음 메시지 하나를 잃어버리게 합니다.",
    ),
    "duplicate-message": (
        "Somebody will send the next message like this of {target} twice.",
        "누군가 {target}의 다음 메시지 하나를 두 번 보내게 합니다.",
    ),
    "delay-message": (
        "Somebody will hold the next message like this of {target} back.",
        "누군가 {target}의 다음 메시지 하나를 늦게 보내게 합니다.",
    ),
}
_MENDS = ("Somebody mends {target}.", "누군가 {target:을를} 고칩니다.")
_UNREACHED = (
    "{source} cannot reach {target}: {why}.",
    "{source:이가} {target}에 닿지 못합니다: {why}.",
)
_ERROR = "error: "


def caption(hop: Hop) -> Caption | None:
    """Return the caption of a fault, or of a request that a fault has stopped; None for any other hop."""
    if hop.verb == MEND:
        return say(*_MENDS, target=component(hop.target))
    if hop.verb == BREAK and hop.outcome in _BREAKS:
        return say(*_BREAKS[hop.outcome], target=component(hop.target))
    if hop.verb in _MESSAGES:
        return say(*_MESSAGES[hop.verb], target=component(hop.target))
    if hop.target == "kube-apiserver" and hop.outcome.startswith(_ERROR):
        return say(
            *_UNREACHED, source=component(hop.source), target=component(hop.target), why=hop.outcome.removeprefix(_ERROR).rstrip(".")
        )
    if hop.target == "etcd" and hop.outcome.startswith("etcdserver:"):
        return say(*_UNREACHED, source=component(hop.source), target=component(hop.target), why=hop.outcome)
    return None
