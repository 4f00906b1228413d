"""Watch events: the API server tells a component what has changed; each decides whether that concerns it."""

from __future__ import annotations

from cluster.engine.trace import Hop
from dashboard import keys
from dashboard.captions.names import component, node_of, thing
from dashboard.captions.sentence import Caption, say

NO_WORK = "no work"
_CHANGES = {
    "ADDED": (
        "Through its watch {target} learns that there is {object}{rest}",
        "{target:이가} 감시를 통해 {object:이가} 생긴 것을 알게 됩니다{rest}",
    ),
    "MODIFIED": (
        "Through its watch {target} learns that {object} has changed{rest}",
        "{target:이가} 감시를 통해 {object:이가} 바뀐 것을 알게 됩니다{rest}",
    ),
    "DELETED": (
        "Through its watch {target} learns that {object} is gone{rest}",
        "{target:이가} 감시를 통해 {object:이가} 사라진 것을 알게 됩니다{rest}",
    ),
}
_SPECIAL = {
    ("kube-scheduler", "pods", "ADDED"): (
        "The scheduler's watch shows it {object}, which has no node yet: it goes into the queue.",
        "스케줄러가 감시를 통해 아직 노드가 정해지지 않은 {object:을를} 발견하고 대기열에 넣습니다.",
    ),
    ("deployment", "deployments", "ADDED"): (
        "The Deployment controller sees {object} through its watch: a ReplicaSet is needed.",
        "디플로이먼트 컨트롤러가 감시를 통해 {object:을를} 발견합니다. 레플리카셋이 필요합니다.",
    ),
    ("replicaset", "replicasets", "ADDED"): (
        "The ReplicaSet controller sees {object} through its watch: it counts the Pods that are missing.",
        "레플리카셋 컨트롤러가 감시를 통해 {object:을를} 발견하고 모자란 파드의 수를 셉니다.",
    ),
    ("kubelet", "pods", "ADDED"): (
        "The kubelet on {node} sees through its watch that {object} belongs to its node: it starts to make it.",
        "{node}의 kubelet이 감시를 통해 {object:이가} 자기 노드에 배정된 것을 보고 만들기 시작합니다.",
    ),
    ("kubelet", "pods", "DELETED"): (
        "The kubelet on {node} learns through its watch that {object} is gone from the API server.",
        "{node}의 kubelet이 감시를 통해 {object:이가} API 서버에서 사라진 것을 알게 됩니다.",
    ),
}


def caption(hop: Hop) -> Caption | None:
    """Return the caption of a watch event, None for any other hop."""
    if hop.verb not in _CHANGES or hop.source != "kube-apiserver":
        return None
    key = keys.parse(hop.key)
    target, object_ = component(hop.target), thing(hop.key)
    if hop.outcome == NO_WORK:
        templates = _CHANGES[hop.verb]
        endings = ("; there is nothing to do for it.", ". 하지만 할 일은 없습니다.")
        return say(templates[0].replace("{rest}", endings[0]), templates[1].replace("{rest}", endings[1]), target=target, object=object_)
    special = _SPECIAL.get((role(hop.target), key.kind.plural if key else "", hop.verb))
    if special is not None:
        return say(*special, object=object_, node=node_of(hop.target))
    templates = _CHANGES[hop.verb]
    return say(templates[0].replace("{rest}", "."), templates[1].replace("{rest}", "."), target=target, object=object_)


def role(name: str) -> str:
    """``kube-scheduler``; for a controller its lane, for a part of a node that part."""
    return name if "/" not in name else name.rsplit("/", 1)[1].removesuffix("-controller")
