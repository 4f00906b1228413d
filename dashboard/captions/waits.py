"""What a shortened wait is for: whose timer ends it, and the message because of which that was set."""

from __future__ import annotations

from dashboard import keys
from dashboard.captions.names import component, thing
from dashboard.captions.sentence import Caption, Word, say
from dashboard.captions.watching import role

ANY = ""
_WAITS: dict[tuple[str, str], tuple[str, str]] = {
    ("containerd", "StopContainer"): ("grace period of {object}", "{object}의 종료 유예 기간"),
    ("containerd", "StartContainer"): ("what runs in {object}", "{object}에서 실행 중인 프로그램"),
    ("containerd", "PullImage"): ("image of {object}", "{object}의 이미지"),
    ("containerd", ANY): ("what runs in {object}", "{object}에서 실행 중인 프로그램"),
    ("kubelet", ANY): ("back-off of {object}", "{object}의 백오프"),
    ("startupProbe", ANY): ("startup probe of {object}", "{object}의 스타트업 프로브"),
    ("livenessProbe", ANY): ("liveness probe of {object}", "{object}의 활성 프로브"),
    ("readinessProbe", ANY): ("readiness probe of {object}", "{object}의 준비성 프로브"),
    ("kube-scheduler", ANY): ("back-off of {object}", "{object}의 백오프"),
    ("nodelifecycle", ANY): ("report of a silent node", "소식이 없는 노드의 보고"),
    ("tainteviction", "pods"): ("eviction of {object}", "{object} 축출"),
    ("tainteviction", ANY): ("eviction from {object}", "{object}에서 파드 축출"),
    ("deployment", ANY): ("progress of {object}", "{object}의 진행"),
    ("replicaset", ANY): ("availability of {object}", "{object}의 가용 상태"),
    ("statefulset", ANY): ("availability of {object}", "{object}의 가용 상태"),
    ("daemonset", ANY): ("availability of {object}", "{object}의 가용 상태"),
    ("job", ANY): ("next try of {object}", "{object}의 다음 시도"),
    ("cronjob", "cronjobs"): ("next run of {object}", "{object}의 다음 실행"),
    ("cronjob", ANY): ("next run of a CronJob", "크론잡의 다음 실행"),
    ("ttlafterfinished", ANY): ("removal of {object}", "{object} 제거"),
    ("podautoscaler", ANY): ("next look at {object}", "{object}의 다음 확인"),
    ("namespace", ANY): ("deletion of {object}", "{object} 삭제"),
}
"""By the timer's owner, and the message's verb or the kind of what it is about."""


def caption(waiting_for: str) -> Caption | None:
    """Return what is waited for, as a noun; None when nothing is. ``waiting_for``: as ``Control`` has it."""
    owner, verb, key, *_ = [*waiting_for.split(" "), "", ""]
    if not owner:
        return None
    kind = parsed.kind.plural if (parsed := keys.parse(key)) is not None else ""
    found = next((_WAITS[place] for part in (verb, kind, ANY) if (place := (role(owner), part)) in _WAITS), None)
    if found is None or ("{object}" in found[0] and not kind):
        return say("{owner}", "{owner}", owner=_bare(component(owner)))
    return say(*found, object=_bare(thing(key)))


def _bare(word: Word) -> Word:
    """A noun without its article, as in a heading: it stands in little room."""
    return Word(word.en.removeprefix("the "), word.ko)
