"""Between the API server and etcd: the only way to what is stored."""

from __future__ import annotations

from cluster.engine.trace import Hop
from cluster.etcd.snapshot import ADMIN
from dashboard import keys
from dashboard.captions.names import kinds_word, thing
from dashboard.captions.sentence import Caption, say


def caption(hop: Hop) -> Caption | None:
    """Return the caption of a hop into etcd, None for any other."""
    if hop.target != "etcd":
        return None
    if hop.source == ADMIN:
        return _administration(hop)
    thing_ = thing(hop.key)
    if hop.source == "etcd":
        return say(
            "The restored etcd has {object} as it was in the snapshot: revision {revision}.",
            "복원된 etcd에는 {object:이가} 스냅샷에 있던 그대로 있습니다: 리비전 {revision}.",
            object=thing_,
            revision=hop.revision,
        )
    if hop.verb in ("put", "delete") and not hop.revision:
        return say(
            "etcd refuses to change {object}: somebody else was faster.",
            "etcd가 {object}의 변경을 거절합니다. 다른 쪽이 먼저 바꾸었습니다.",
            object=thing_,
        )
    if hop.verb == "put":
        return say(
            "The API server stores {object} in etcd: revision {revision}.",
            "API 서버가 {object:을를} etcd에 저장합니다: 리비전 {revision}.",
            object=thing_,
            revision=hop.revision,
        )
    if hop.verb == "delete":
        return say(
            "The API server removes {object} from etcd: revision {revision}.",
            "API 서버가 {object:을를} etcd에서 지웁니다: 리비전 {revision}.",
            object=thing_,
            revision=hop.revision,
        )
    if hop.verb == "get":
        return say("The API server reads {object} from etcd.", "API 서버가 etcd에서 {object:을를} 읽습니다.", object=thing_)
    if hop.verb == "list":
        key = keys.parse(hop.key)
        things = kinds_word(key.kind) if key is not None else thing_
        return say("The API server reads all {object} from etcd.", "API 서버가 etcd에서 {object:을를} 모두 읽습니다.", object=things)
    return None


def _administration(hop: Hop) -> Caption | None:
    """What ``etcdctl`` asks of etcd, past the API server."""
    if hop.verb == "snapshot":
        return say(
            "etcdctl saves everything in etcd into the snapshot {name}.",
            "etcdctl이 etcd의 모든 내용을 {name} 스냅샷에 저장합니다.",
            name=hop.outcome,
        )
    if hop.verb == "restore":
        return say(
            "etcd is restored from a snapshot ({name}). Every component starts again and lists everything anew.",
            "etcd를 스냅샷에서 복원합니다({name}). 모든 컴포넌트가 다시 시작하여 전체 목록을 새로 읽습니다.",
            name=hop.outcome,
        )
    if hop.verb == "compact":
        return say(
            "etcd forgets its history before revision {revision}; what stands there now stays.",
            "etcd가 리비전 {revision} 이전의 이력을 지웁니다. 지금 있는 값은 그대로 남습니다.",
            revision=hop.outcome,
        )
    if hop.verb == "defrag":
        return say(
            "etcd gives the space of its deleted history back to the disk.", "etcd가 지워진 이력이 차지하던 공간을 디스크에 돌려줍니다."
        )
    return None
