"""Answers: what comes back on the way a request or a call went."""

from __future__ import annotations

import re

from cluster.engine.trace import Hop
from dashboard import keys
from dashboard.captions.names import component, kind_word, kinds_word, thing
from dashboard.captions.sentence import Caption, Noun, Word, say

_REFUSED = re.compile(r"^([45]\d\d)\b\s*(.*)$")
_REASONS = {
    "NotFound": ("there is no such object", "그런 오브젝트가 없습니다"),
    "AlreadyExists": ("an object of this name exists already", "같은 이름의 오브젝트가 이미 있습니다"),
    "Conflict": ("somebody else has changed the object meanwhile", "그 사이에 다른 쪽이 오브젝트를 바꾸었습니다"),
    "Invalid": ("fields of the object are not valid", "오브젝트의 필드가 올바르지 않습니다"),
    "BadRequest": ("the request could not be understood", "요청을 이해할 수 없습니다"),
    "Forbidden": ("it is not allowed", "허용되지 않습니다"),
    "Unauthorized": ("it is not known who asks", "누가 요청했는지 알 수 없습니다"),
    "Expired": ("the revision asked for is too old", "요청한 리비전이 너무 오래되었습니다"),
    "TooManyRequests": ("it must not be done now", "지금은 할 수 없습니다"),
    "InternalError": ("something that it needs has failed", "필요한 것이 제대로 동작하지 않습니다"),
    "MethodNotAllowed": ("this can not be done with such an object", "이 오브젝트에는 할 수 없는 동작입니다"),
}


def refusal(outcome: str) -> tuple[int, str] | None:
    """Return the code and reason of a refusal, None for a success. ``outcome``: ``409 Conflict``."""
    match = _REFUSED.match(outcome)
    return (int(match.group(1)), match.group(2)) if match else None


def because(reason: str) -> tuple[str, str]:
    """Return why a request was refused, as a clause in English and Korean."""
    return _REASONS.get(
        reason.split(" ")[0].rstrip(":"), (f"the reason is {reason or 'not known'}", f"이유는 {reason or '알 수 없음'}입니다")
    )


def caption(hop: Hop) -> Caption | None:
    """Return the caption of an answer, None for any other hop."""
    if hop.verb != "reply":
        return None
    words: dict[str, Noun] = {
        "source": component(hop.source),
        "target": component(hop.target),
        "object": thing(hop.key),
        "outcome": hop.outcome,
    }
    if hop.target == "kube-apiserver":
        words["target"] = Word("itself", "자기 자신")
    if hop.source != "kube-apiserver":
        if "error" in hop.outcome:
            return say(
                "{source} could not do for {object} what {target} asked: {outcome}.",
                "{source:이가} {target}의 {object} 요청을 처리하지 못했습니다: {outcome}.",
                **words,
            )
        if hop.outcome == "OK":
            return say(
                "{source} answers {target}: done for {object}.", "{source:이가} {target}에 {object} 요청을 마쳤다고 응답합니다.", **words
            )
        if hop.outcome:
            return say(
                "{source} answers {target} about {object}: {outcome}.",
                "{source:이가} {target}에 {object} 요청의 결과를 알립니다: {outcome}.",
                **words,
            )
        return say("{source} answers {target}.", "{source:이가} {target}에 응답합니다.", **words)
    refused = refusal(hop.outcome)
    if refused is not None:
        english, korean = because(refused[1])
        return say(
            "{source} refuses what {target} asked about {object} ({outcome}): {english}.",
            "{source:이가} {object}에 대한 {target}의 요청을 거절합니다({outcome}): {korean}.",
            english=english,
            korean=korean,
            **words,
        )
    key = keys.parse(hop.key)
    subresource = key.subresource if key is not None else ""
    if subresource == "binding":
        return say(
            "{source} answers {target}: {object} is bound to its node.",
            "{source:이가} {target}에 {object:이가} 노드에 바인딩되었다고 응답합니다.",
            **words,
        )
    if hop.outcome.startswith("201") and not subresource:
        return say(
            "{source} answers {target}: {object} is created.",
            "{source:이가} {target}에 {object:이가} 생성되었다고 응답합니다.",
            **words,
        )
    if hop.outcome.startswith("101"):
        return say(
            "{source} answers {target}: the way into {object} is open, and bytes flow in both directions.",
            "{source:이가} {target}에 {object:으로} 가는 통로가 열렸다고 응답합니다. 이제 양쪽으로 데이터가 흐릅니다.",
            **words,
        )
    if key is not None and not key.name:
        return say(
            "{source} answers {target}: the request about {kinds} succeeded.",
            "{source:이가} {target}에 {kind}에 대한 요청이 성공했다고 응답합니다.",
            kinds=kinds_word(key.kind),
            kind=kind_word(key.kind),
            **words,
        )
    return say(
        "{source} answers {target}: the request about {object} succeeded.",
        "{source:이가} {target}에 {object}에 대한 요청이 성공했다고 응답합니다.",
        **words,
    )
