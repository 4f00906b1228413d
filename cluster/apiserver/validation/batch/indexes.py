"""Lists of indexes of a Job's pods: ``1,3-5,7``.

Upstream: ``pkg/apis/batch/validation/validation.go`` (``validateIndexesFormat``, ``parseIndexInterval``).
"""

from __future__ import annotations

import re

from cluster.machinery.errors import quote

_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)


class IndexesError(ValueError):
    """The text is not a list of indexes; the message is upstream's."""


def count_indexes(text: str, completions: int) -> int:
    """Return how many indexes a list names. ``completions``: all indexes are below it. Raises IndexesError."""
    total, last = 0, None
    for interval in text.split(",") if text else ():
        first, end = _interval(interval, completions)
        if last is not None and last >= first:
            raise IndexesError(f"non-increasing order, previous: {last}, current: {first}")
        total += end - first + 1
        last = end
    return total


def first_overlap(completed: str, failed: str, completions: int) -> int | None:
    """Return the first index that is in both lists, or None. Intervals that are not well formed are passed over."""
    for first, last in _intervals(completed, completions):
        for other_first, other_last in _intervals(failed, completions):
            if first <= other_last and other_first <= last:
                return max(first, other_first)
    return None


def _intervals(text: str, completions: int) -> list[tuple[int, int]]:
    found = []
    for interval in text.split(",") if text else ():
        try:
            found.append(_interval(interval, completions))
        except IndexesError:
            continue
    return found


def _interval(text: str, completions: int) -> tuple[int, int]:
    limits = text.split("-")
    if len(limits) > 2:
        rule = "violates the requirement that an index interval can have at most two parts separated by '-'"
        raise IndexesError(f"the fragment {quote(text)} {rule}")
    first, *rest = (_index(limit, completions) for limit in limits)
    if rest and first >= rest[0]:
        raise IndexesError(f"non-increasing order, previous: {first}, current: {rest[0]}")
    return first, (rest or [first])[0]


def _index(text: str, completions: int) -> int:
    if not _INTEGER.fullmatch(text):
        raise IndexesError(f"cannot convert string to integer for index: {quote(text)}")
    if int(text) >= completions:
        raise IndexesError(f"too large index: {quote(text)}")
    return int(text)
