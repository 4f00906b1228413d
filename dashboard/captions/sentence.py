"""Sentences in two languages with the same named placeholders, and the Korean particles that depend on a sound.

A Korean particle follows the last sound of the word before it: 파드를 but 노드 목록을. ``{target:을를}`` in a Korean
template writes the word and the fitting particle. For words in Latin letters the sound is that of the usual reading:
whole words as words (web is read 웹), serial parts letter by letter (x7k2p ends in 피).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Caption = dict[str, str]
"""``{"en": ..., "ko": ...}``"""

_PAIRS = {"은는": ("은", "는"), "이가": ("이", "가"), "을를": ("을", "를"), "과와": ("과", "와"), "으로": ("으로", "로")}
_READINGS = {
    "kubelet": "렛",
    "kubectl": "틀",
    "kubeadm": "민",
    "etcd": "디",
    "containerd": "디",
    "nginx": "스",
    "pod": "드",
    "node": "드",
    "image": "지",
    "name": "임",
    "file": "일",
    "volume": "륨",
    "service": "스",
    "plane": "인",
}
_LETTERS = dict(zip("abcdefghijklmnopqrstuvwxyz", "이비씨디이프지치이이이엘엠엔오피큐알스티유이유스이트", strict=True))
_DIGITS = dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True))
_CLOSED_WORD = re.compile(r"[aeiou](b|c|k|l|m|n|p|t|ng|ck|ll|pp|tt)$")
_RIEUL = 8


@dataclass(frozen=True, slots=True)
class Word:
    """A noun in both languages."""

    en: str
    ko: str


Noun = Word | str | int
"""What fills a placeholder: a Word gives each language its own noun, anything else stands in both as it is."""


class Korean(str):
    """A Korean noun that knows which particle follows it: ``format(word, "은는")``."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return f"{self}{particle(self, spec)}" if spec else str(self)


def particle(word: str, pair: str) -> str:
    """Return the particle of ``pair`` (은는, 이가, 을를, 과와, 으로) that fits the last sound of ``word``."""
    closed, open_ = _PAIRS[pair]
    final = final_consonant(word)
    if pair == "으로" and final == _RIEUL:
        return open_
    return closed if final else open_


def final_consonant(word: str) -> int:
    """Return the index of the last syllable's final consonant in Unicode's order; 0 when it ends in a vowel."""
    text = re.sub(r"[^0-9a-z가-힣]+$", "", re.sub(r"\([^)]*\)$", "", word.lower()).strip())
    if not text:
        return 0
    last = text[-1]
    if "가" <= last <= "힣":
        return (ord(last) - ord("가")) % 28
    return (ord(_reading(text)) - ord("가")) % 28


def _reading(text: str) -> str:
    """The last syllable of a word in Latin letters or digits as it is read aloud in Korean."""
    if text[-1] in _DIGITS:
        return _DIGITS[text[-1]]
    match = re.search(r"[a-z0-9]+$", text)
    part = match.group() if match else text[-1]
    if part in _READINGS:
        return _READINGS[part]
    is_word = part.isalpha() and len(part) >= 3 and re.search(r"[aeiou]", part)
    if is_word:
        return {"l": "을", "m": "음", "n": "은", "g": "응"}.get(part[-1], "읍") if _CLOSED_WORD.search(part) else "으"
    return _LETTERS.get(part[-1], "으")


def say(en: str, ko: str, /, **words: Noun) -> Caption:
    """Fill both templates; a sentence that begins with an article gets its capital."""
    english: dict[str, str | int] = {}
    korean: dict[str, str | int] = {}
    for name, word in words.items():
        english[name] = word.en if isinstance(word, Word) else word
        korean[name] = Korean(word.ko if isinstance(word, Word) else word) if not isinstance(word, int) else word
    sentence = en.format(**english)
    first = next(iter(re.findall(r"^\{(\w+)\}", en)), "")
    if first and isinstance(words[first], Word):
        sentence = sentence[:1].upper() + sentence[1:] if sentence.startswith(("the ", "a ", "an ")) else sentence
    return {"en": sentence, "ko": ko.format(**korean)}
