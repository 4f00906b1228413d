"""From words to the arguments of a command: parameters, arithmetic, splitting at blanks, patterns.

Command substitutions have run before; their output comes with the rest.

Upstream: POSIX.1-2017, XCU 2.6 (Word Expansions).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass

from cluster.container_runtime.shell.arithmetic import CalculationError, evaluate
from cluster.container_runtime.shell.patterns import (
    Fragment,
    glob_text,
    is_pattern,
    paths,
    replaced,
    without_prefix,
    without_suffix,
)
from cluster.container_runtime.shell.syntax import Arithmetic, Literal, Parameter, Part, Substitution, Word, substitutions


class ExpansionError(Exception):
    """A word without a value; the text is what the shell says before it gives up."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What words are expanded with. ``special``: ``?``, ``$``, ``!``, ``-``, ``0``; ``names``: gives what is in a folder."""

    variables: MutableMapping[str, str]
    special: Callable[[str], str]
    arguments: Sequence[str]
    cwd: str
    names: Callable[[str], list[str] | None]
    is_unset_fault: bool = False


_Field = list[Fragment]
_SPECIAL = frozenset("?$!-0")


class Expansion:
    """Expands the words of one instruction in turn. ``captured``: the output of its substitutions, in the same order."""

    def __init__(self, surroundings: Surroundings, words: Iterable[Word], captured: Sequence[str]) -> None:
        self._in = surroundings
        self._captured = {id(part): text for part, text in zip(substitutions(words), captured, strict=False)}

    def fields(self, word: Word) -> list[str]:
        """Return the arguments that a word becomes, none or many. Raises ExpansionError."""
        found: list[str] = []
        for field in self._split(word):
            if is_pattern(field) and (matching := paths(glob_text(field), self._in.cwd, self._in.names)):
                found += matching
            else:
                found.append(_text(field))
        return found

    def text(self, word: Word) -> str:
        """Return a word as one text, without splitting: a value, a target. Raises ExpansionError."""
        return _text(self._whole(word))

    def pattern(self, word: Word) -> str:
        """Return a word as a pattern. Raises ExpansionError."""
        return glob_text(self._whole(word))

    def calculate(self, word: Word) -> int:
        """Return the value of an expression. Raises ExpansionError."""
        try:
            return evaluate(self.text(word), self._in.variables)
        except CalculationError as fault:
            raise ExpansionError(str(fault)) from None

    def _whole(self, word: Word) -> _Field:
        found: _Field = []
        for part in _with_home(word, self._in.variables):
            if isinstance(part, Literal):
                found.append((part.text, part.is_quoted))
            elif isinstance(part, Parameter) and part.name in "@*" and not part.operator:
                found.append((" ".join(self._in.arguments), part.is_quoted))
            else:
                found.append((self._value(part), part.is_quoted))
        return found

    def _split(self, word: Word) -> list[_Field]:
        separators = self._in.variables.get("IFS", " \t\n")
        fields: list[_Field] = []
        current: _Field | None = None
        for part in _with_home(word, self._in.variables):
            if isinstance(part, Literal):
                if part.text or part.is_quoted:
                    current = [*(current or []), (part.text, part.is_quoted)]
                continue
            if isinstance(part, Parameter) and part.name == "@" and part.is_quoted and not part.operator:
                for number, argument in enumerate(self._in.arguments):
                    if number and current is not None:
                        fields.append(current)
                        current = None
                    current = [*(current or []), (argument, True)]
                continue
            value = self._joined(part)
            if part.is_quoted:
                current = [*(current or []), (value, True)]
                continue
            for number, piece in enumerate(_pieces(value, separators)):
                if number and current is not None:
                    fields.append(current)
                    current = None
                if piece:
                    current = [*(current or []), (piece, False)]
        if current is not None:
            fields.append(current)
        return fields

    def _joined(self, part: Part) -> str:
        if isinstance(part, Parameter) and part.name in "@*" and not part.operator:
            return " ".join(self._in.arguments)
        return self._value(part)

    def _value(self, part: Part) -> str:
        if isinstance(part, Substitution):
            return self._captured.get(id(part), "").rstrip("\n")
        if isinstance(part, Arithmetic):
            return str(self.calculate(part.expression))
        if isinstance(part, Parameter):
            return self._parameter(part)
        return part.text

    def _parameter(self, part: Parameter) -> str:
        value, operator = self._get(part.name), part.operator
        if operator == "length":
            return str(len(value or ""))
        is_missing = value is None or (operator.startswith(":") and value == "")
        if operator.lstrip(":") in ("-", "=", "?", "+") and operator:
            return self._conditional(part, value, operator.lstrip(":"), is_missing=is_missing)
        if value is None:
            if self._in.is_unset_fault and not operator:
                raise ExpansionError(f"{part.name}: parameter not set")
            return ""
        if not operator:
            return value
        if operator == ":":
            return self._slice(part, value)
        if operator in ("#", "##"):
            return without_prefix(value, self.pattern(part.argument), longest=operator == "##")
        if operator in ("%", "%%"):
            return without_suffix(value, self.pattern(part.argument), longest=operator == "%%")
        pattern, _, by = self.text(part.argument).partition("/")
        return replaced(value, pattern, by, everywhere=operator == "//")

    def _conditional(self, part: Parameter, value: str | None, operator: str, *, is_missing: bool) -> str:
        if operator == "+":
            return "" if is_missing else self.text(part.argument)
        if not is_missing:
            return value or ""
        if operator == "?":
            raise ExpansionError(f"{part.name}: {self.text(part.argument) or 'parameter not set'}")
        other = self.text(part.argument)
        if operator == "=":
            self._in.variables[part.name] = other
        return other

    def _slice(self, part: Parameter, value: str) -> str:
        start, _, length = self.text(part.argument).partition(":")
        try:
            first = evaluate(start, self._in.variables)
            first = max(len(value) + first, 0) if first < 0 else first
            count = evaluate(length, self._in.variables) if length else len(value)
        except CalculationError as fault:
            raise ExpansionError(str(fault)) from None
        return value[first : first + count] if count >= 0 else value[first:count]

    def _get(self, name: str) -> str | None:
        if name in _SPECIAL:
            return self._in.special(name)
        if name == "#":
            return str(len(self._in.arguments))
        if name in "@*":
            return " ".join(self._in.arguments)
        if name.isdigit():
            index = int(name) - 1
            return self._in.arguments[index] if index < len(self._in.arguments) else None
        return self._in.variables.get(name)


def _with_home(word: Word, variables: MutableMapping[str, str]) -> Word:
    """Let ``~`` at the beginning stand for the home folder."""
    if word and isinstance(word[0], Literal) and not word[0].is_quoted and word[0].text[:1] == "~" and word[0].text[1:2] in ("", "/"):
        return (Literal(variables.get("HOME", "/root"), True), Literal(word[0].text[1:], False), *word[1:])
    return word


def _pieces(value: str, separators: str) -> list[str]:
    """Split at separators; blanks around count as one, so that a text with blanks at its ends has empty pieces there."""
    blanks = "".join(char for char in separators if char in " \t\n")
    pieces, current, at = [], "", 0
    while at < len(value):
        if value[at] not in separators:
            current += value[at]
            at += 1
            continue
        pieces.append(current)
        current = ""
        has_mark = value[at] not in blanks
        at += 1
        while at < len(value) and value[at] in separators and (value[at] in blanks or not has_mark):
            has_mark = has_mark or value[at] not in blanks
            at += 1
    return [*pieces, current]


def _text(field: _Field) -> str:
    return "".join(text for text, _ in field)
