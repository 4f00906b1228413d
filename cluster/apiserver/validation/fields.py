"""Field errors that many rules share, and how upstream writes a whole struct into a message.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/api/validation/generic.go`` and ``objectmeta.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import orjson

from cluster.machinery.errors import FieldError, invalid, quote

NOT_NEGATIVE = "must be greater than or equal to 0"
IMMUTABLE = "field is immutable"


def each_invalid(field: str, value: object, complaints: Iterable[str]) -> list[FieldError]:
    """One ``Invalid value`` for each complaint about one value."""
    return [invalid(field, value, complaint) for complaint in complaints]


def not_negative(field: str, value: int | None) -> list[FieldError]:
    """Complain about a number below zero; an absent one is zero."""
    return [] if (value or 0) >= 0 else [invalid(field, value, NOT_NEGATIVE)]


def immutable(field: str, new: object, old: object) -> list[FieldError]:
    """Complain when a field that is set once is changed. An absent one is a nil pointer to upstream, which it quotes like a text."""
    return [] if new == old else [invalid(field, "null" if new is None else new, IMMUTABLE)]


def one_of(field: str, value: str, supported: Sequence[str]) -> list[FieldError]:
    """Complain about a value outside an enumeration, whose values are named in the order given."""
    if value in supported:
        return []
    values = ", ".join(quote(each) for each in supported)
    return [FieldError(field, "FieldValueNotSupported", f"Unsupported value: {quote(value)}: supported values: {values}")]


def struct_text(*pairs: tuple[str, object]) -> str:
    """Write a struct as messages show it: its Go field names in declared order, ``null`` for what is absent."""
    return orjson.dumps(dict(pairs)).decode()


def invalid_text(field: str, text: str, detail: str) -> FieldError:
    """``Invalid value`` of a struct that is already written out."""
    return FieldError(field, "FieldValueInvalid", f"Invalid value: {text}: {detail}" if detail else f"Invalid value: {text}")
