"""Label selectors: ``a=b,c in (d,e),!f,x>1``, and the LabelSelector objects of Deployments and their like.

A selector is read once and kept: the same text or object gives the same compiled Selector.
Upstream: ``staging/src/k8s.io/apimachinery/pkg/labels/selector.go``, ``.../pkg/apis/meta/v1/helpers.go``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from cluster.machinery.content import is_label_key
from cluster.machinery.errors import invalid, quote
from cluster.machinery.label_requirement import (
    DOES_NOT_EXIST,
    DOUBLE_EQUALS,
    EQUALS,
    EXISTS,
    GREATER_THAN,
    IN,
    LESS_THAN,
    NOT_EQUALS,
    NOT_IN,
    Requirement,
    SelectorError,
    requirement,
)
from cluster.machinery.meta import Obj

_OBJECT_OPERATORS = {"In": IN, "NotIn": NOT_IN, "Exists": EXISTS, "DoesNotExist": DOES_NOT_EXIST}


@dataclass(frozen=True, slots=True)
class Selector:
    """Requirements that must all hold, sorted by key. ``selects_nothing``: matches no labels at all (a null LabelSelector)."""

    requirements: tuple[Requirement, ...] = ()
    selects_nothing: bool = False

    def matches(self, labels: Mapping[str, str] | None) -> bool:
        """Whether ``labels`` (None: none) satisfy every requirement."""
        if self.selects_nothing:
            return False
        present = labels or {}
        for wanted in self.requirements:  # noqa: SIM110 - all() with a generator takes twice as long, and this runs for every pod
            if not wanted.matches(present):
                return False
        return True

    @property
    def is_empty(self) -> bool:
        """Whether it matches everything."""
        return not self.requirements and not self.selects_nothing

    def required_value(self, key: str) -> str | None:
        """Return the one value that ``key`` must have, or None when it is not so narrow."""
        for wanted in self.requirements:
            if wanted.key == key and wanted.operator in (EQUALS, DOUBLE_EQUALS, IN) and len(wanted.values) == 1:
                return wanted.values[0]
        return None

    def __str__(self) -> str:
        return ",".join(str(wanted) for wanted in self.requirements)


EVERYTHING = Selector()
NOTHING = Selector(selects_nothing=True)


def selector_of(requirements: Iterable[Requirement]) -> Selector:
    """Make a selector of requirements, in the order of their keys."""
    return Selector(tuple(sorted(requirements, key=lambda wanted: wanted.key)))


@lru_cache(maxsize=2048)
def parse_selector(text: str) -> Selector:
    """Read the text form of a selector; an empty text matches everything. Raises SelectorError."""
    return selector_of(_Parser(text).parse())


def selector_from_labels(labels: Mapping[str, str] | None) -> Selector:
    """Return the selector that demands each of ``labels``. Raises SelectorError when one is not valid."""
    return _compile(tuple((labels or {}).items()), ())


def selector_from_object(selector: Obj | None) -> Selector:
    """Compile a metav1.LabelSelector. None selects nothing, an empty one everything. Raises SelectorError."""
    if selector is None:
        return NOTHING
    expressions = tuple((e["key"], e["operator"], tuple(e.get("values") or ())) for e in selector.get("matchExpressions") or ())
    return _compile(tuple((selector.get("matchLabels") or {}).items()), expressions)


def format_selector(selector: Obj | None) -> str:
    """Write a metav1.LabelSelector as kubectl shows it: ``<none>`` when empty, ``<error>`` when not valid."""
    try:
        return str(selector_from_object(selector)) or "<none>"
    except SelectorError:
        return "<error>"


@lru_cache(maxsize=4096)
def _compile(labels: tuple[tuple[str, str], ...], expressions: tuple[tuple[str, str, tuple[str, ...]], ...]) -> Selector:
    requirements = [requirement(key, EQUALS, (value,)) for key, value in labels]
    for key, operator, values in expressions:
        if operator not in _OBJECT_OPERATORS:
            raise SelectorError(f"{quote(operator)} is not a valid label selector operator")
        requirements.append(requirement(key, _OBJECT_OPERATORS[operator], values))
    return selector_of(requirements)


class Token(Enum):
    """What a word of a selector's text is."""

    END = ""
    OPEN = "("
    CLOSE = ")"
    COMMA = ","
    NOT = "!"
    EQUAL = "="
    DOUBLE_EQUAL = "=="
    NOT_EQUAL = "!="
    GREATER = ">"
    LESS = "<"
    IN = "in"
    NOT_IN = "notin"
    IDENTIFIER = "identifier"


_WORD = re.compile(r"[ \t\r\n]*(?:(==|!=|[=!(),<>])|([^ \t\r\n=!(),<>]+))")
_BINARY = {
    Token.IN: IN,
    Token.NOT_IN: NOT_IN,
    Token.EQUAL: EQUALS,
    Token.DOUBLE_EQUAL: DOUBLE_EQUALS,
    Token.NOT_EQUAL: NOT_EQUALS,
    Token.GREATER: GREATER_THAN,
    Token.LESS: LESS_THAN,
}


def tokenize(text: str) -> list[tuple[Token, str]]:
    """Split a selector's text into words; the last one is ``(Token.END, "")``."""
    words = [(symbol, word) for symbol, word in _WORD.findall(text)]
    return [(Token(symbol) if symbol else _word(word), symbol or word) for symbol, word in words] + [(Token.END, "")]


def _word(word: str) -> Token:
    return Token(word) if word in ("in", "notin") else Token.IDENTIFIER


class _Parser:
    """Recursive descent. ``in`` and ``notin`` are operators only where an operator may stand."""

    def __init__(self, text: str) -> None:
        self._words = tokenize(text)
        self._position = 0

    def parse(self) -> list[Requirement]:
        requirements: list[Requirement] = []
        while True:
            token, literal = self._peek()
            if token is Token.END:
                return requirements
            if token not in (Token.IDENTIFIER, Token.NOT):
                raise SelectorError(f"found '{literal}', expected: !, identifier, or 'end of string'")
            try:
                requirements.append(self._requirement())
            except SelectorError as error:
                raise SelectorError(f"unable to parse requirement: {error}") from None
            token, literal = self._next()
            if token is Token.END:
                return requirements
            if token is not Token.COMMA:
                raise SelectorError(f"found '{literal}', expected: ',' or 'end of string'")
            token, literal = self._peek()
            if token not in (Token.IDENTIFIER, Token.NOT):
                raise SelectorError(f"found '{literal}', expected: identifier after ','")

    def _peek(self) -> tuple[Token, str]:
        token, literal = self._words[self._position]
        return (Token.IDENTIFIER if token in (Token.IN, Token.NOT_IN) else token), literal

    def _next(self) -> tuple[Token, str]:
        word = self._peek()
        self._position = min(self._position + 1, len(self._words) - 1)
        return word

    def _requirement(self) -> Requirement:
        token, key = self._next()
        is_negated = token is Token.NOT
        if is_negated:
            token, key = self._next()
        if token is not Token.IDENTIFIER:
            raise SelectorError(f"found '{key}', expected: identifier")
        if faults := is_label_key(key):
            raise SelectorError(str(invalid("<nil>", key, "; ".join(faults))))
        if is_negated:
            return requirement(key, DOES_NOT_EXIST, ())
        if self._peek()[0] in (Token.END, Token.COMMA):
            return requirement(key, EXISTS, ())
        operator = self._operator()
        values = self._values() if operator in (IN, NOT_IN) else {self._exact_value()}
        return requirement(key, operator, sorted(values))

    def _operator(self) -> str:
        token, literal = self._words[self._position]
        self._next()
        if token not in _BINARY:
            raise SelectorError(f"found '{literal}', expected: {', '.join(_BINARY.values())}")
        return _BINARY[token]

    def _exact_value(self) -> str:
        if self._peek()[0] in (Token.END, Token.COMMA):
            return ""
        token, literal = self._next()
        if token is not Token.IDENTIFIER:
            raise SelectorError(f"found '{literal}', expected: identifier")
        return literal

    def _values(self) -> set[str]:
        token, literal = self._next()
        if token is not Token.OPEN:
            raise SelectorError(f"found '{literal}' expected: '('")
        values: set[str] = set()
        expects_value = True
        while True:
            token, literal = self._next()
            if token is Token.IDENTIFIER and expects_value:
                values.add(literal)
                expects_value = False
                if self._peek()[0] not in (Token.COMMA, Token.CLOSE):
                    raise SelectorError(f"found '{self._peek()[1]}', expected: ',' or ')'")
            elif token is Token.COMMA:
                if expects_value:
                    values.add("")
                expects_value = True
            elif token is Token.CLOSE:
                return values | {""} if expects_value else values
            else:
                raise SelectorError(f"found '{literal}', expected: ',', ')' or identifier")


def printed_selector(selector: Obj | None) -> str:
    """Return a LabelSelector as messages have it: as Go prints a pointer to one."""
    if selector is None:
        return "nil"
    labels = ",".join(f"{key}: {value}" for key, value in sorted((selector.get("matchLabels") or {}).items()))
    labels = f"{labels}," if labels else ""
    parts = [
        f"LabelSelectorRequirement{{Key:{each['key']},Operator:{each['operator']},Values:[{' '.join(each.get('values') or ())}],}}"
        for each in selector.get("matchExpressions") or ()
    ]
    expressions = "".join(f"{part}," for part in parts)
    return f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
