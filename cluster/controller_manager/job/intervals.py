"""Sets of indexes written as intervals: ``0,2-4`` is 0, 2, 3 and 4. Pure.

A Job of 100,000 indexes must say in its status which of them succeeded; in this form that stays short.
Upstream: ``pkg/controller/job/indexed_job_utils.go`` (``orderedIntervals``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from heapq import merge

from cluster.controller_manager.job.spec import number_of

Intervals = tuple[tuple[int, int], ...]
"""First and last index of each interval, in ascending order."""


def parse_intervals(text: str, completions: int) -> Intervals:
    """Read intervals below ``completions``; parts that are no numbers are passed over."""
    result: list[tuple[int, int]] = []
    for part in text.split(",") if text else ():
        limits = part.split("-")
        first = number_of(limits[0])
        last = number_of(limits[1]) if len(limits) > 1 else first
        if first is not None and first >= completions:
            break
        if first is None or last is None:
            continue
        last = min(last, completions - 1)
        if result and result[-1][1] == first - 1:
            result[-1] = (result[-1][0], last)
        else:
            result.append((first, last))
    return tuple(result)


def format_intervals(intervals: Intervals) -> str:
    """Write intervals; two neighbours are listed, three make a range."""
    return ",".join(_text(first, last) for first, last in intervals)


def _text(first: int, last: int) -> str:
    if first == last:
        return str(first)
    return f"{first}{',' if last == first + 1 else '-'}{last}"


def with_indexes(intervals: Intervals, indexes: Iterable[int]) -> Intervals:
    """Return the intervals with some more indexes."""
    return union(intervals, tuple((index, index) for index in sorted(indexes)))


def union(left: Intervals, right: Intervals) -> Intervals:
    """Return what is in either."""
    result: list[tuple[int, int]] = []
    for first, last in merge(left, right):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(result[-1][1], last))
        else:
            result.append((first, last))
    return tuple(result)


def total(intervals: Intervals) -> int:
    """Return how many indexes there are."""
    return sum(last - first + 1 for first, last in intervals)


def has_index(intervals: Intervals, index: int) -> bool:
    """Whether an index is in one of the intervals."""
    place = bisect_left(intervals, index, key=lambda interval: interval[1])
    return place < len(intervals) and intervals[place][0] <= index


def overlap(left: Intervals, right: Intervals) -> int:
    """Return how many indexes are in both."""
    common = one = other = 0
    while one < len(left) and other < len(right):
        (first, last), (start, end) = left[one], right[other]
        common += max(0, min(last, end) - max(first, start) + 1)
        one += last <= end
        other += end <= last
    return common


def gaps(intervals: Intervals, count: int, completions: int) -> list[int]:
    """Return the ``count`` lowest indexes below ``completions`` that no interval has (fewer when there are no more)."""
    found: list[int] = []
    candidate = 0
    for first, last in (*intervals, (completions, completions)):
        found.extend(range(candidate, min(first, completions, candidate + count - len(found))))
        candidate = max(candidate, last + 1)
    return found
