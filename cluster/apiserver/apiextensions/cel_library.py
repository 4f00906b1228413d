"""Functions that Kubernetes adds to CEL: of lists, strings, regular expressions, quantities and optional values.

Addresses, URLs, formats and semantic versions are left out.

Upstream: ``staging/src/k8s.io/apiserver/pkg/cel/library/{lists,regex,quantity}.go``, ``github.com/google/cel-go/ext/strings.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import re2
from celpy import celtypes
from celpy.evaluation import CELEvalError

from cluster.machinery.quantity import QuantityError, parse_quantity

CelFunction = Callable[..., Any]
"""Takes and returns values of CEL, whose types the library does not tell apart; hence Any."""


def _is_sorted(values: Any) -> celtypes.BoolType:
    return celtypes.BoolType(all(a <= b for a, b in pairwise(values)))


def _sum(values: Any) -> Any:
    total = celtypes.IntType(0) if not values else values[0]
    for value in values[1:]:
        total = total + value
    return total


def _extreme(pick: Callable[[Any], Any], name: str) -> CelFunction:
    def extreme(values: Any) -> Any:
        if not values:
            raise CELEvalError(f"{name} called on empty list")
        return pick(values)

    return extreme


def _index(values: Any, wanted: Any) -> celtypes.IntType:
    if isinstance(values, str):
        return celtypes.IntType(str(values).find(wanted))
    return celtypes.IntType(next((i for i, value in enumerate(values) if value == wanted), -1))


def _last_index(values: Any, wanted: Any) -> celtypes.IntType:
    if isinstance(values, str):
        return celtypes.IntType(str(values).rfind(wanted))
    return celtypes.IntType(next((i for i in reversed(range(len(values))) if values[i] == wanted), -1))


def _find(text: Any, pattern: Any) -> celtypes.StringType:
    found = re2.search(str(pattern), str(text))
    return celtypes.StringType(found.group(0) if found else "")


def _find_all(text: Any, pattern: Any, limit: Any = -1) -> celtypes.ListType:
    found = [celtypes.StringType(each.group(0)) for each in re2.finditer(str(pattern), str(text))]
    return celtypes.ListType(found if limit < 0 else found[: int(limit)])


def _split(text: Any, separator: Any, limit: Any = -1) -> celtypes.ListType:
    parts = list(str(text)) if not separator else str(text).split(str(separator), int(limit) - 1 if limit > 0 else -1)
    return celtypes.ListType([celtypes.StringType(part) for part in parts] if limit else [])


def _replace(text: Any, old: Any, new: Any, limit: Any = -1) -> celtypes.StringType:
    return celtypes.StringType(str(text).replace(str(old), str(new), int(limit)))


def _substring(text: Any, start: Any, end: Any = None) -> celtypes.StringType:
    stop = len(text) if end is None else int(end)
    if not 0 <= start <= stop <= len(text):
        raise CELEvalError(f"index out of range: {stop}")
    return celtypes.StringType(str(text)[int(start) : stop])


def _join(values: Any, separator: Any = "") -> celtypes.StringType:
    return celtypes.StringType(str(separator).join(str(value) for value in values))


def _char_at(text: Any, index: Any) -> celtypes.StringType:
    if not 0 <= index <= len(text):
        raise CELEvalError(f"index out of range: {index}")
    return celtypes.StringType(str(text)[int(index) : int(index) + 1])


def _of_text(change: Callable[[str], str]) -> CelFunction:
    return lambda text: celtypes.StringType(change(str(text)))


def _quantity(text: Any) -> celtypes.DoubleType:
    try:
        return celtypes.DoubleType(parse_quantity(str(text)).nano / 1e9)
    except QuantityError as error:
        raise CELEvalError(str(error)) from None


def _is_quantity(text: Any) -> celtypes.BoolType:
    try:
        parse_quantity(str(text))
    except QuantityError:
        return celtypes.BoolType(False)
    return celtypes.BoolType(True)


def _compare(a: Any, b: Any) -> celtypes.IntType:
    return celtypes.IntType((a > b) - (a < b))


def optional(value: Any, *, is_there: bool) -> celtypes.ListType:
    """Return an optional value: here a list of at most one."""
    return celtypes.ListType([value] if is_there else [])


def _value(given: Any) -> Any:
    if not given:
        raise CELEvalError("optional.none() dereference")
    return given[0]


FUNCTIONS: Mapping[str, CelFunction] = {
    "isSorted": _is_sorted,
    "sum": _sum,
    "min": _extreme(min, "min"),
    "max": _extreme(max, "max"),
    "indexOf": _index,
    "lastIndexOf": _last_index,
    "find": _find,
    "findAll": _find_all,
    "charAt": _char_at,
    "join": _join,
    "lowerAscii": _of_text(str.lower),
    "upperAscii": _of_text(str.upper),
    "trim": _of_text(str.strip),
    "reverse": _of_text(lambda text: text[::-1]),
    "replace": _replace,
    "split": _split,
    "substring": _substring,
    "quantity": _quantity,
    "isQuantity": _is_quantity,
    "compareTo": _compare,
    "isGreaterThan": lambda a, b: celtypes.BoolType(a > b),
    "isLessThan": lambda a, b: celtypes.BoolType(a < b),
    "asApproximateFloat": lambda a: a,
    "hasValue": lambda given: celtypes.BoolType(bool(given)),
    "value": _value,
    "orValue": lambda given, other: given[0] if given else other,
}
