"""One requirement of a label selector: a key, an operator and its values.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/labels/selector.go`` (Requirement).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cluster.machinery.content import is_label_key, is_label_value
from cluster.machinery.errors import FieldError, invalid, not_supported

IN, NOT_IN = "in", "notin"
EQUALS, DOUBLE_EQUALS, NOT_EQUALS = "=", "==", "!="
EXISTS, DOES_NOT_EXIST = "exists", "!"
GREATER_THAN, LESS_THAN = "gt", "lt"
OPERATORS = (DOES_NOT_EXIST, EQUALS, DOUBLE_EQUALS, IN, NOT_EQUALS, NOT_IN, EXISTS, GREATER_THAN, LESS_THAN)

_SYMBOLS = {EQUALS: "=", DOUBLE_EQUALS: "==", NOT_EQUALS: "!=", IN: " in ", NOT_IN: " notin ", GREATER_THAN: ">", LESS_THAN: "<"}
_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_INT64 = range(-(2**63), 2**63)


class SelectorError(ValueError):
    """A selector that can not be read or is not valid; the message is upstream's."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """``values`` holds one value for the comparing operators, none for ``exists`` and ``!``. Made by ``requirement``."""

    key: str
    operator: str
    values: tuple[str, ...]

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether ``labels`` satisfy this requirement. Absent keys satisfy ``notin`` and ``!=``."""
        value = labels.get(self.key)
        match self.operator:
            case "=" | "==" | "in":
                return value is not None and value in self.values
            case "!=" | "notin":
                return value is None or value not in self.values
            case "exists":
                return value is not None
            case "!":
                return value is None
            case "gt" | "lt":
                return self._compares(value)
        return False

    def _compares(self, value: str | None) -> bool:
        number = parse_int(value) if value is not None else None
        limit = parse_int(self.values[0]) if len(self.values) == 1 else None
        if number is None or limit is None:
            return False
        return number > limit if self.operator == GREATER_THAN else number < limit

    def __str__(self) -> str:
        if self.operator == DOES_NOT_EXIST:
            return f"!{self.key}"
        if self.operator not in _SYMBOLS:
            return self.key
        values = ",".join(sorted(self.values))
        if self.operator in (IN, NOT_IN):
            values = f"({values})"
        return f"{self.key}{_SYMBOLS[self.operator]}{values}"


def parse_int(text: str) -> int | None:
    """Return the 64-bit integer that ``text`` spells in decimal, or None."""
    number = int(text) if _INTEGER.fullmatch(text) else None
    return number if number is not None and number in _INT64 else None


def requirement(key: str, operator: str, values: Sequence[str]) -> Requirement:
    """Make a requirement. Raises SelectorError with every fault of key, operator and values."""
    faults = requirement_faults(key, operator, values)
    if faults:
        texts = list(dict.fromkeys(str(fault) for fault in faults))
        raise SelectorError(texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]")
    return Requirement(key, operator, tuple(values))


def requirement_faults(key: str, operator: str, values: Sequence[str]) -> list[FieldError]:
    """Return the faults of a requirement, by the field names ``key``, ``operator`` and ``values``."""
    faults: list[FieldError] = []
    if key_faults := is_label_key(key):
        faults.append(invalid("key", key, "; ".join(key_faults)))
    if operator in (IN, NOT_IN) and not values:
        faults.append(invalid("values", [], "for 'in', 'notin' operators, values set can't be empty"))
    elif operator in (EQUALS, DOUBLE_EQUALS, NOT_EQUALS) and len(values) != 1:
        faults.append(invalid("values", list(values), "exact-match compatibility requires one single value"))
    elif operator in (EXISTS, DOES_NOT_EXIST) and values:
        faults.append(invalid("values", list(values), "values set must be empty for exists and does not exist"))
    elif operator in (GREATER_THAN, LESS_THAN):
        if len(values) != 1:
            faults.append(invalid("values", list(values), "for 'Gt', 'Lt' operators, exactly one value is required"))
        for index, value in enumerate(values):
            if parse_int(value) is None:
                faults.append(invalid(f"values[{index}]", value, "for 'Gt', 'Lt' operators, the value must be an integer"))
    elif operator not in OPERATORS:
        faults.append(not_supported("operator", operator, OPERATORS))
    for index, value in enumerate(values):
        if value_faults := is_label_value(value):
            faults.append(invalid(f"values[{index}][{key}]", value, "; ".join(value_faults)))
    return faults
