"""Between the API server and etcd: the only way to what is stored."""

from __future__ import annotations

from cluster.engine.trace import Hop
from dashboard import keys
from dashboard.captions.names import kinds_word, thing
from dashboard.captions.sentence import Caption, say


def caption(hop: Hop) -> Caption | None:
    """Return the caption of a hop into etcd, None for any other."""
    if hop.target != "etcd":
        return None
    thing_ = thing(hop.key)
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
