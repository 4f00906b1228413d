"""On the network: kube-proxy writes rules, a packet meets them and finds its way, somebody answers."""

from __future__ import annotations

from cluster.engine.trace import Hop
from cluster.machinery.netfilter.walk import Choice
from cluster.machinery.network import DnsCode, Failure
from dashboard.captions.names import component, node_of, thing
from dashboard.captions.sentence import Caption, Noun, Word, say

_PROTOCOLS = ("TCP", "UDP")
_RECORD_TYPES = ("A", "AAAA", "SRV", "PTR", "CNAME")

_CHOSEN = (
    "{source} sends to {object}, and {target} choose one of {count} endpoints: {outcome}.",
    "{source:이가} {object}에 보냅니다. {target:이가} 엔드포인트 {count}개 중 하나를 고릅니다: {outcome}.",
)
_ONLY = (
    "{source} sends to {object}, and {target} know one endpoint for it: {outcome}.",
    "{source:이가} {object}에 보냅니다. {target:이가} 아는 엔드포인트는 하나입니다: {outcome}.",
)
_REMEMBERED = (
    "{source} sends to {object}, and {target} choose the endpoint that this client had before: {outcome}.",
    "{source:이가} {object}에 보냅니다. {target:이가} 이 클라이언트가 전에 쓴 엔드포인트를 고릅니다: {outcome}.",
)
_REJECTED = (
    "{source} sends to {object}. It has no endpoint, so {target} reject the connection.",
    "{source:이가} {object}에 보냅니다. 엔드포인트가 없어 {target:이가} 연결을 거부합니다.",
)
_DROPPED = (
    "{source} sends to {object}. It has no endpoint on this node, so {target} drop the packet.",
    "{source:이가} {object}에 보냅니다. 이 노드에는 엔드포인트가 없어 {target:이가} 패킷을 버립니다.",
)
_CARRIED = (
    "The pod network carries the packet to {node}, where {outcome} is.",
    "파드 네트워크가 {outcome} 주소가 있는 {node}까지 패킷을 나릅니다.",
)
_STAYS = (
    "The packet stays on {node}, where {outcome} is.",
    "패킷은 {outcome} 주소가 있는 {node}에 머뭅니다.",
)
_NOT_CARRIED = (
    "The packet does not get to {object} on {node}: {fault}.",
    "패킷이 {node}의 {object}에 닿지 못합니다: {fault}.",
)
_NO_POD = (
    "The packet gets to {node}, where no pod has this address: {fault}.",
    "패킷이 {node}까지 가지만 그곳에는 이 주소를 가진 파드가 없습니다: {fault}.",
)
_NODE_SILENT = ("The packet does not get to {node}: {fault}.", "패킷이 {node}에 닿지 못합니다: {fault}.")
_NOWHERE = (
    "{source} sends to {object}, and nobody in the cluster has this address: {fault}.",
    "{source:이가} {object}에 보내지만 클러스터에 이 주소를 가진 쪽이 없습니다: {fault}.",
)
_ASKED = ("{target} receives the request {verb}.", "{target:이가} {verb} 요청을 받습니다.")
_NOT_ASKED = (
    "The packet arrives at {target}, and the connection fails: {fault}.",
    "패킷이 {target}에 도착하지만 연결에 실패합니다: {fault}.",
)
_QUESTION = (
    "{target} is asked for the {verb} record of {object}.",
    "{target:이가} {object}의 {verb} 레코드를 묻는 질문을 받습니다.",
)
_ANSWERED = ("{source} answers {target}: {object} → {answer}.", "{source:이가} {target}에 응답합니다: {object} → {answer}.")
_NO_RECORD = (
    "{source} answers {target}: {object} exists, and has no record of this type.",
    "{source:이가} {target}에 응답합니다: {object}에는 이 유형의 레코드가 없습니다.",
)
_NO_NAME = (
    "{source} answers {target}: there is no such name (NXDOMAIN): {object}.",
    "{source:이가} {target}에 응답합니다: 그런 이름이 없습니다(NXDOMAIN): {object}.",
)
_NOT_ANSWERED = (
    "{source} cannot tell {target} about {object}: {outcome}.",
    "{source:이가} {target}에 {object}에 대해 답하지 못합니다: {outcome}.",
)
_REPLY = ("{source} answers {target}: {outcome}.", "{source:이가} {target}에 응답합니다: {outcome}.")
_SYNC = (
    "{source} writes the rules for {object} into the kernel of its node.",
    "{source:이가} 자기 노드의 커널에 {object}의 규칙을 씁니다.",
)
_SYNC_MANY = (
    "{source} writes rules into the kernel of its node ({outcome}).",
    "{source:이가} 자기 노드의 커널에 규칙을 씁니다({outcome}).",
)


def caption(hop: Hop) -> Caption | None:
    """Return the caption of a hop on the network, None for any other."""
    templates = _templates(hop)
    if templates is None:
        return None
    node = node_of(hop.target)
    words: dict[str, Noun] = {
        "source": component(hop.source),
        "target": component(hop.target),
        "object": thing(hop.key.rstrip(".")),
        "node": Word(f"the node {node}", f"{node} 노드"),
        "verb": hop.verb,
        "outcome": hop.outcome,
        "answer": hop.outcome.partition(" ")[2],
        "count": str(len(_endpoints(hop))),
        "fault": hop.outcome.removeprefix("error: "),
    }
    return say(*templates, **words)


def _templates(hop: Hop) -> tuple[str, str] | None:
    is_fault = hop.outcome.startswith("error")
    if hop.verb == "sync" and hop.target.endswith("/netfilter"):
        return _SYNC if hop.key else _SYNC_MANY
    if hop.verb in _PROTOCOLS:
        return _on_the_way(hop, is_fault=is_fault)
    if hop.source.endswith("/cni"):
        if hop.verb in _RECORD_TYPES and not is_fault:
            return _QUESTION
        return _NOT_ASKED if is_fault else _ASKED
    if hop.verb == "reply" and _is_end(hop.source) and (_is_end(hop.target) or hop.target == "client"):
        return _dns_reply(hop.outcome) if hop.key.endswith(".") else _REPLY
    return None


def _dns_reply(outcome: str) -> tuple[str, str]:
    code, _, records = outcome.partition(" ")
    if code == DnsCode.NOERROR:
        return _ANSWERED if records else _NO_RECORD
    return _NO_NAME if code == DnsCode.NXDOMAIN else _NOT_ANSWERED


def _endpoints(hop: Hop) -> list[str]:
    return list((hop.detail or {}).get("endpoints", ()))


def _on_the_way(hop: Hop, *, is_fault: bool) -> tuple[str, str]:
    if hop.target.endswith("/netfilter"):
        if is_fault:
            return _REJECTED if Failure.REFUSED in hop.outcome else _DROPPED
        if (hop.detail or {}).get("choice") == Choice.REMEMBERED:
            return _REMEMBERED
        return _ONLY if len(_endpoints(hop)) == 1 else _CHOSEN
    if hop.target.endswith("/cni"):
        if is_fault:
            return _NO_POD if Failure.NO_ROUTE in hop.outcome else _NODE_SILENT if hop.key.startswith("nodes/") else _NOT_CARRIED
        return _STAYS if node_of(hop.source) == node_of(hop.target) else _CARRIED
    return _NOWHERE


def _is_end(name: str) -> bool:
    """Whether a component is where packets begin and end: a pod, a node, CoreDNS."""
    owner, _, part = name.partition("/")
    return owner == "coredns" or (owner == "node" and ("/" not in part or part.partition("/")[2].startswith("pod/")))
