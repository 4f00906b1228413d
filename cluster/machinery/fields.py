"""Field selectors: ``metadata.name=x,spec.nodeName!=y``.

Which fields can be asked for is each kind's own affair; this module reads the text and compares values.
Upstream: ``staging/src/k8s.io/apimachinery/pkg/fields/selector.go``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from cluster.machinery.label_requirement import SelectorError

_OPERATOR = re.compile(r"!=|==|=")


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison; ``operator`` is ``=`` or ``!=``."""

    field: str
    operator: str
    value: str

    def __str__(self) -> str:
        return f"{self.field}{self.operator}{escape_value(self.value)}"


@dataclass(frozen=True, slots=True)
class FieldSelector:
    """Terms that must all hold; none: everything matches."""

    terms: tuple[Term, ...] = ()

    def matches(self, fields: Mapping[str, str]) -> bool:
        """Whether an object's selectable fields satisfy every term; an absent field is empty."""
        return all((fields.get(term.field, "") == term.value) == (term.operator == "=") for term in self.terms)

    def required_value(self, field: str) -> str | None:
        """Return the one value that ``field`` must have, or None."""
        return next((term.value for term in self.terms if term.field == field and term.operator == "="), None)

    @property
    def is_empty(self) -> bool:
        """Whether it matches everything."""
        return not self.terms

    def __str__(self) -> str:
        return ",".join(str(term) for term in self.terms)


@lru_cache(maxsize=2048)
def parse_field_selector(text: str) -> FieldSelector:
    """Read the text form; terms sorted by their text, empty ones skipped. Raises SelectorError."""
    terms: list[Term] = []
    for part in sorted(split_terms(text)):
        if not part:
            continue
        split = split_term(part)
        if split is None:
            raise SelectorError(f"invalid selector: '{text}'; can't understand '{part}'")
        field, operator, value = split
        terms.append(Term(field, "!=" if operator == "!=" else "=", unescape_value(value)))
    return FieldSelector(tuple(terms))


def split_terms(text: str) -> list[str]:
    """Split at the commas that are not escaped; an empty text has no terms."""
    terms: list[str] = []
    start, is_escaped = 0, False
    for index, char in enumerate(text):
        if is_escaped:
            is_escaped = False
        elif char == "\\":
            is_escaped = True
        elif char == ",":
            terms.append(text[start:index])
            start = index + 1
    return [*terms, text[start:]] if text else []


def split_term(term: str) -> tuple[str, str, str] | None:
    """Return field, operator (``=``, ``==``, ``!=``) and still escaped value of a term, or None when it has no operator."""
    match = _OPERATOR.search(term)
    return (term[: match.start()], match.group(), term[match.end() :]) if match else None


def escape_value(value: str) -> str:
    """Escape what has a meaning of its own in a field selector: backslash, comma, equals sign."""
    return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=")


def unescape_value(text: str) -> str:
    """Undo ``escape_value``. Raises SelectorError for an unescaped special character or an escape of another one."""
    value: list[str] = []
    is_escaped = False
    for char in text:
        if is_escaped:
            if char not in "\\,=":
                raise SelectorError(f"invalid field selector: invalid escape sequence: \\{char}")
            value.append(char)
            is_escaped = False
        elif char == "\\":
            is_escaped = True
        elif char in ",=":
            raise SelectorError(f"invalid field selector: unescaped character in value: {ord(char)}")  # Go prints the number
        else:
            value.append(char)
    if is_escaped:
        raise SelectorError("invalid field selector: invalid escape sequence: \\")
    return "".join(value)
