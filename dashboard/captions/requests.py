"""Requests to the API server: by people, controllers, the scheduler and kubelets. Nobody else is ever asked."""

from __future__ import annotations

from cluster.engine.trace import Hop
from cluster.runner.faults.names import API_SERVER, OUTSIDE
from dashboard import keys
from dashboard.captions.names import component, kind_word, kinds_word, named, node_of
from dashboard.captions.sentence import Caption, Word, say
from dashboard.keys import ObjectKey

_SUBRESOURCES = {
    ("POST", "binding"): (
        "{source} decides: it asks the API server to bind {object} to a node.",
        "{source:이가} 결정합니다. API 서버에 {object:을를} 노드에 바인딩해 달라고 요청합니다.",
    ),
    ("POST", "eviction"): (
        "{source} asks the API server to evict {object} from its node.",
        "{source:이가} API 서버에 {object:을를} 노드에서 축출해 달라고 요청합니다.",
    ),
    ("PUT", "finalize"): (
        "{source} tells the API server that {object} is empty and may go.",
        "{source:이가} API 서버에 {object:이가} 비었으니 지워도 된다고 알립니다.",
    ),
    **dict.fromkeys(
        (("GET", "exec"), ("POST", "exec")),
        (
            "{source} asks the API server to run a command in a container of {object}.",
            "{source:이가} API 서버에 {object}의 컨테이너에서 명령을 실행해 달라고 요청합니다.",
        ),
    ),
    **dict.fromkeys(
        (("GET", "attach"), ("POST", "attach")),
        (
            "{source} asks the API server to be connected to what runs in {object}.",
            "{source:이가} API 서버에 {object}에서 실행 중인 프로세스에 연결해 달라고 요청합니다.",
        ),
    ),
    **dict.fromkeys(
        (("GET", "portforward"), ("POST", "portforward")),
        (
            "{source} asks the API server for a way to the ports of {object}.",
            "{source:이가} API 서버에 {object}의 포트로 가는 통로를 요청합니다.",
        ),
    ),
    **dict.fromkeys(
        ((verb, "proxy") for verb in ("GET", "POST", "PUT", "PATCH", "DELETE")),
        (
            "{source} asks the API server to pass an HTTP request on to {object}.",
            "{source:이가} API 서버에 {object:으로} HTTP 요청을 넘겨 달라고 합니다.",
        ),
    ),
    ("PUT", "approval"): (
        "{source} tells the API server its decision about {object}.",
        "{source:이가} API 서버에 {object}에 대한 결정을 알립니다.",
    ),
    ("GET", "log"): (
        "{source} asks the API server for the log of {object}.",
        "{source:이가} API 서버에 {object}의 로그를 요청합니다.",
    ),
    ("GET", "scale"): (
        "{source} asks the API server how many replicas {object} has.",
        "{source:이가} API 서버에 {object}의 레플리카 수를 묻습니다.",
    ),
}
_SCALE = (
    "{source} asks the API server to change the number of replicas of {object}.",
    "{source:이가} API 서버에 {object}의 레플리카 수를 바꿔 달라고 요청합니다.",
)
_STATUS = (
    "{source} reports the status of {object} to the API server.",
    "{source:이가} API 서버에 {object}의 상태를 보고합니다.",
)
_NODE_STATUS = (
    "{source} reports to the API server how its node is.",
    "{source:이가} API 서버에 자기 노드의 상태를 보고합니다.",
)
_HEARTBEAT = (
    "{source} renews its Lease at the API server: the heartbeat of its node.",
    "{source:이가} API 서버에서 자기 리스를 갱신합니다. 노드의 하트비트입니다.",
)
_EVENT = (
    "{source} sends the API server an Event, so that people can see what happened.",
    "{source:이가} 사람들이 무슨 일이 있었는지 볼 수 있도록 API 서버에 이벤트를 보냅니다.",
)
_OBJECT = {
    "POST": ("{source} asks the API server to create {object}.", "{source:이가} API 서버에 {object:을를} 만들어 달라고 요청합니다."),
    "PUT": ("{source} asks the API server to update {object}.", "{source:이가} API 서버에 {object:을를} 갱신해 달라고 요청합니다."),
    "PATCH": (
        "{source} asks the API server to change some fields of {object}.",
        "{source:이가} API 서버에 {object}의 일부 필드를 바꿔 달라고 요청합니다.",
    ),
    "DELETE": ("{source} asks the API server to delete {object}.", "{source:이가} API 서버에 {object:을를} 지워 달라고 요청합니다."),
    "GET": ("{source} asks the API server for {object}.", "{source:이가} API 서버에 {object:을를} 보여 달라고 요청합니다."),
}
_COLLECTION = {
    "GET": ("{source} asks the API server for all {kinds}.", "{source:이가} API 서버에 {kinds:을를} 요청합니다."),
    "LIST": ("{source} asks the API server for all {kinds}.", "{source:이가} API 서버에 {kinds:을를} 요청합니다."),
    "WATCH": (
        "{source} asks the API server to be told of every change of {kinds} from now on.",
        "{source:이가} API 서버에 {kind}의 모든 변경을 앞으로 알려 달라고 요청합니다(감시).",
    ),
    "DELETE": (
        "{source} asks the API server to delete all {kinds} at once.",
        "{source:이가} API 서버에 {kinds:을를} 한꺼번에 지워 달라고 요청합니다.",
    ),
}
_RELIST = (
    "{source} lists anew what it watches, {kinds} first: what it knew may be out of date.",
    "{source:이가} 감시하던 것을 {kinds:을를} 시작으로 모두 다시 읽습니다. 알고 있던 것이 이미 옛것일 수 있습니다.",
)
_COLLECTION["DELETECOLLECTION"] = _COLLECTION["DELETE"]


def caption(hop: Hop) -> Caption | None:
    """Return the caption of a request, None for any other hop."""
    if hop.target != "kube-apiserver" or not hop.key:
        return None
    key = keys.parse(hop.key) or keys.custom_resource(hop.key)
    templates = _templates(hop, key)
    if templates is None:
        return None
    english, korean = templates
    if hop.source == "kube-apiserver":
        english, korean = english.replace("the API server", "itself", 1), korean.replace("API 서버에", "스스로", 1)
    source, kinds = component(hop.source), kinds_word(key.kind)
    if node_of(hop.source) and key.kind.plural == "pods":
        kinds = Word("Pods of its node", "자기 노드의 파드 목록")
    return say(english, korean, source=source, object=named(key), kinds=kinds, kind=kind_word(key.kind))


def _templates(hop: Hop, key: ObjectKey) -> tuple[str, str] | None:
    verb, plural = hop.verb, key.kind.plural
    if verb == "LIST" and not hop.is_routine and hop.source not in (*OUTSIDE, API_SERVER):
        return _RELIST
    if verb in ("LIST", "WATCH", "DELETECOLLECTION") or (not key.name and verb != "POST"):
        return _COLLECTION.get(verb)
    if key.subresource:
        return _subresource(hop, key)
    if plural == "events" and verb in ("POST", "PATCH", "PUT"):
        return _EVENT
    if plural == "leases" and verb in ("PUT", "PATCH") and node_of(hop.source):
        return _HEARTBEAT
    return _OBJECT.get(verb)


def _subresource(hop: Hop, key: ObjectKey) -> tuple[str, str] | None:
    if (hop.verb, key.subresource) in _SUBRESOURCES:
        return _SUBRESOURCES[hop.verb, key.subresource]
    if hop.verb in ("PUT", "PATCH") and key.subresource == "scale":
        return _SCALE
    if hop.verb in ("PUT", "PATCH") and key.subresource == "status":
        return _NODE_STATUS if key.kind.plural == "nodes" and node_of(hop.source) == key.name else _STATUS
    return None
