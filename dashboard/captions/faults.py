"""What somebody breaks and mends, and what does not get through because of it."""

from __future__ import annotations

from cluster.engine.trace import Hop
from cluster.etcd.hop_log import BREAK, MEND, PROGRESS
from cluster.runner.drains import CARD, OVER
from cluster.runner.faults.messages import DEADLINE, EVENT_AGAIN, EVENT_LOST, MESSAGE, MET
from cluster.runner.faults.record import BEGUN, ENDED, GONE, IN_VAIN
from dashboard.captions.names import component, thing
from dashboard.captions.sentence import Caption, say

_CUTS = {
    "node": ("Somebody cuts {target} off from the network.", "누군가 {target:을를} 네트워크에서 끊습니다."),
    "containerd": (
        "Somebody removes the socket of {target}: its kubelet cannot reach it.",
        "누군가 {target}의 소켓을 없앱니다. kubelet이 닿지 못합니다.",
    ),
}
_BREAKS = {
    "stopped": ("Somebody stops {target}.", "누군가 {target:을를} 정지합니다."),
    "cut-off": ("Somebody cuts {target} off from the API server.", "누군가 {target:과와} API 서버 사이를 끊습니다."),
    "crash-loop": ("Somebody lets {target} end soon after each start.", "누군가 {target:이가} 시작할 때마다 곧 끝나게 합니다."),
    "hung": ("Somebody halts {target}: it answers nobody.", "누군가 {target:을를} 멈춰 세웁니다. 아무에게도 응답하지 않습니다."),
    "out-of-memory": ("Somebody lets {target} take more and more memory.", "누군가 {target:이가} 메모리를 계속 더 쓰게 합니다."),
    "short": ("Somebody takes nearly all of {target}.", "누군가 {target:을를} 거의 다 차지합니다."),
    "slow": ("Somebody makes {target} slow.", "누군가 {target:을를} 느리게 만듭니다."),
    ENDED: ("{target} has ended with its container.", "{target:이가} 컨테이너와 함께 끝났습니다."),
}
_MESSAGES = {
    "drop": (
        "Somebody will lose the next message like this of {target}.",
        "누군가 {target}의 다음 메시지 하나를 잃어버리게 합니다.",
    ),
    "duplicate": (
        "Somebody will send the next message like this of {target} twice.",
        "누군가 {target}의 다음 메시지 하나를 두 번 보내게 합니다.",
    ),
    "delay": (
        "Somebody will hold the next message like this of {target} back.",
        "누군가 {target}의 다음 메시지 하나를 늦게 보내게 합니다.",
    ),
}
_MET = ("The message of {target} has come that somebody waited for.", "누군가 기다리던 {target}의 메시지가 왔습니다.")
_TAKEN_BACK = ("Somebody lets the next message of {target} pass after all.", "누군가 {target}의 다음 메시지를 그대로 보내게 합니다.")
_GONE = ("{target} is gone, and its fault with it.", "{target:이가} 사라져 고장도 함께 끝났습니다.")
_MENDS = ("Somebody mends {target}.", "누군가 {target:을를} 고칩니다.")
_BEGINS = ("{target} runs again in a new container.", "{target:이가} 새 컨테이너에서 다시 실행됩니다.")
_BEGINS_IN_VAIN = (
    "{target} has a new container, and is stopped in it as before.",
    "{target:이가} 새 컨테이너를 얻었지만 여전히 정지되어 있습니다.",
)
_ENDS_OF_FAULTS = {GONE: _GONE, BEGUN: _BEGINS, IN_VAIN: _BEGINS_IN_VAIN}
_DRAINS = ("kubectl drains {node}: its Pods are evicted.", "kubectl이 {node:을를} 비웁니다. 노드의 파드를 축출합니다.")
_DRAIN_STEP = ("The drain of {node} has come one step further.", "{node} 비우기가 한 단계 더 나아갔습니다.")
_DRAIN_WAITS = (
    "kubectl may not evict a Pod of {node} yet, and asks again every 5 seconds: {why}.",
    "kubectl이 {node}의 파드를 아직 축출할 수 없어 5초마다 다시 요청합니다: {why}.",
)
_DRAINED = ("{node} is drained: no Pod that had to go is left.", "{node:을를} 다 비웠습니다. 나가야 할 파드가 남아 있지 않습니다.")
_UNREACHED = (
    "{source} cannot reach {target}: {why}.",
    "{source:이가} {target}에 닿지 못합니다: {why}.",
)
_EVENT_LOST = (
    "The watch event about {object} is lost: {target} does not hear of it.",
    "{object} 감시 이벤트가 도중에 사라집니다. {target:은는} 이 소식을 듣지 못합니다.",
)
_EVENT_AGAIN = (
    "The same watch event about {object} arrives once more: {target} knows already what it says.",
    "{object}에 대한 같은 감시 이벤트가 한 번 더 도착합니다. {target:이가} 이미 알고 있는 내용입니다.",
)
_REQUEST_LOST = (
    "The request of {source} about {object} is lost: {source} waits for an answer in vain ({why}).",
    "{object}에 대한 {source}의 요청이 도중에 사라집니다. {source:은는} 답을 기다리다 포기합니다({why}).",
)
_ERROR = "error: "


def place(target: str) -> str:
    """Return what kind of thing is cut off: ``node``, ``containerd``, or nothing for a client of the API server."""
    parts = target.split("/")
    if parts[0] != "node":
        return ""
    return "node" if len(parts) == 2 else parts[2] if parts[2] == "containerd" else ""


def caption(hop: Hop) -> Caption | None:
    """Return the caption of a fault, or of a request that a fault has stopped; None for any other hop."""
    if hop.verb == MEND and hop.key.startswith(f"faults/{MESSAGE}"):
        return say(*(_MET if hop.outcome == MET else _TAKEN_BACK), target=component(hop.target))
    if hop.verb == MEND:
        return say(*_ENDS_OF_FAULTS.get(hop.outcome, _MENDS), target=component(hop.target))
    if hop.verb == BREAK and hop.outcome in _BREAKS:
        cut = _CUTS.get(place(hop.target)) if hop.outcome == "cut-off" else None
        return say(*(cut or _BREAKS[hop.outcome]), target=component(hop.target))
    if (hop.target, hop.verb) == ("kubectl", "drain"):
        return say(*_DRAINS, node=thing(hop.key))
    if hop.verb == PROGRESS:
        node = component(f"node/{hop.key.removeprefix(CARD)}")
        if hop.outcome in ("", OVER):
            return say(*(_DRAINED if hop.outcome else _DRAIN_STEP), node=node)
        return say(*_DRAIN_WAITS, node=node, why=hop.outcome.rstrip("."))
    if hop.verb == BREAK and hop.outcome in _MESSAGES:
        return say(*_MESSAGES[hop.outcome], target=component(hop.target))
    if hop.outcome == _ERROR + EVENT_LOST:
        return say(*_EVENT_LOST, object=thing(hop.key), target=component(hop.target))
    if hop.outcome == EVENT_AGAIN:
        return say(*_EVENT_AGAIN, object=thing(hop.key), target=component(hop.target))
    if hop.target == "kube-apiserver" and hop.outcome == _ERROR + DEADLINE:
        return say(*_REQUEST_LOST, object=thing(hop.key), source=component(hop.source), why=DEADLINE)
    if hop.target == "kube-apiserver" and hop.outcome.startswith(_ERROR):
        return say(
            *_UNREACHED, source=component(hop.source), target=component(hop.target), why=hop.outcome.removeprefix(_ERROR).rstrip(".")
        )
    if hop.target == "etcd" and hop.outcome.startswith("etcdserver:"):
        return say(*_UNREACHED, source=component(hop.source), target=component(hop.target), why=hop.outcome)
    return None
