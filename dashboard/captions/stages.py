"""The stages of a request inside the API server: who asks, whether it may, what is added, whether it is valid."""

from __future__ import annotations

from cluster.engine.trace import Hop
from dashboard import keys
from dashboard.captions.names import kind_word, kinds_word, thing
from dashboard.captions.replies import because, refusal
from dashboard.captions.sentence import Caption, Noun, Word, say

_PASSED = {
    "authentication": (
        "Authentication: the API server finds out who asks: {outcome}.",
        "인증: API 서버가 누가 요청했는지 확인합니다: {outcome}.",
    ),
    "authorization": (
        "Authorization: whoever asks may do this with {object}.",
        "인가: 요청한 쪽이 {object}에 대해 이 동작을 해도 되는지 확인합니다.",
    ),
    "admission": (
        "Admission: plugins check {object} and fill in what was left out.",
        "승인: 플러그인이 {object:을를} 검사하고 빠진 값을 채웁니다.",
    ),
    "validation": ("Validation: every field of {object} is checked.", "검증: {object}의 모든 필드를 검사합니다."),
}
_REFUSED = {
    "authentication": (
        "Authentication refuses the request ({outcome}): it is not known who asks.",
        "인증 단계에서 요청을 거절합니다({outcome}): 누가 요청했는지 알 수 없습니다.",
    ),
    "authorization": (
        "Authorization refuses the request about {object} ({outcome}).",
        "인가 단계에서 {object}에 대한 요청을 거절합니다({outcome}).",
    ),
    "admission": (
        "Admission refuses the request about {object} ({outcome}): {english}.",
        "승인 단계에서 {object}에 대한 요청을 거절합니다({outcome}): {korean}.",
    ),
    "validation": (
        "Validation refuses {object} ({outcome}): {english}.",
        "검증 단계에서 {object:을를} 거절합니다({outcome}): {korean}.",
    ),
}
_STEP_CHANGED = (
    "Admission: the plugin {plugin} fills in what was left out of {object}.",
    "승인: {plugin} 플러그인이 {object}에서 빠진 값을 채웁니다.",
)
_STEP_PASSED = (
    "Admission: the plugin {plugin} leaves {object} as it is.",
    "승인: {plugin} 플러그인은 {object:을를} 그대로 둡니다.",
)
_STEP_REFUSED = (
    "Admission: the plugin {plugin} refuses the request about {object} ({outcome}): {english}.",
    "승인: {plugin} 플러그인이 {object}에 대한 요청을 거절합니다({outcome}): {korean}.",
)


def caption(hop: Hop) -> Caption | None:
    """Return the caption of a stage, None for any other hop."""
    owner, _, stage = hop.target.partition("/")
    if owner != "kube-apiserver" or stage not in _PASSED:
        return None
    refused = refusal(hop.outcome)
    key = keys.parse(hop.key)
    object_ = thing(hop.key)
    if key is not None and not key.name:
        object_ = Word(kinds_word(key.kind).en, kind_word(key.kind).ko)
    if hop.verb != stage:
        return _step(hop, object_)
    if refused is None:
        return say(*_PASSED[stage], object=object_, outcome=hop.outcome or "system:anonymous")
    english, korean = because(refused[1])
    return say(*_REFUSED[stage], object=object_, outcome=hop.outcome, english=english, korean=korean)


def _step(hop: Hop, object_: Noun) -> Caption:
    """Say what one plugin did: the hop's verb is its name."""
    refused = refusal(hop.outcome)
    if refused is None:
        return say(*(_STEP_CHANGED if hop.outcome else _STEP_PASSED), plugin=hop.verb, object=object_)
    english, korean = because(refused[1])
    return say(*_STEP_REFUSED, plugin=hop.verb, object=object_, outcome=hop.outcome, english=english, korean=korean)
