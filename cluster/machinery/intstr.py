"""Values that are a number or a percentage: ``maxSurge: 1``, ``maxSurge: 25%``.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/intstr/intstr.go``.
"""

from __future__ import annotations

import math
import re

from cluster.machinery.errors import quote

IntOrString = int | str

_PERCENT = re.compile(r"[+-]?[0-9]+%", re.ASCII)


class IntOrStringError(ValueError):
    """The value is neither a number nor a percentage; the message is upstream's."""


def scaled_value(value: IntOrString, total: int, *, round_up: bool) -> int:
    """Return a number as it is, a percentage as that part of ``total``. Raises IntOrStringError.

    25% of 10 is 3 rounded up and 2 rounded down.
    """
    if isinstance(value, int):
        return value
    parts = percentage(value) * total
    return math.ceil(parts / 100) if round_up else parts // 100


def percentage(value: str) -> int:
    """Return 25 for ``25%``. Raises IntOrStringError."""
    if not value.endswith("%"):
        raise IntOrStringError("invalid value for IntOrString: invalid type: string is not a percentage")
    if not is_percent(value):
        syntax = f"strconv.Atoi: parsing {quote(value[:-1])}: invalid syntax"
        raise IntOrStringError(f"invalid value for IntOrString: invalid value {quote(value)}: {syntax}")
    return int(value[:-1])


def is_percent(value: IntOrString) -> bool:
    """Whether ``value`` is written as a percentage."""
    return isinstance(value, str) and _PERCENT.fullmatch(value) is not None
