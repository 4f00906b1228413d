"""Numbers that no two Services may share: the addresses of the service network, and the ports of the nodes.

Who asks for a certain number gets it if it is free. Everybody else draws from the upper band, as long as something is free there,
so that the lower one stays for those who choose. Upstream keeps its allocations in objects of their own and repairs them in a
loop; here they are what the Services say, counted anew for every request, so that nothing has to be released.

Upstream: ``pkg/registry/core/service/ipallocator/ipallocator.go``, ``.../portallocator/allocator.go``,
``pkg/registry/core/service/allocator/bitmap.go``.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.engine.rng import Rng


class AllocationError(ValueError):
    """A number that cannot be had; the message is upstream's."""


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from ``first`` to ``last``, of which the first ``static`` are for those who choose.

    ``outside``, ``taken``: what is said of a number that is not among them, or not free.
    """

    first: int
    last: int
    static: int
    outside: str
    taken: str


class Pool:
    """What is free in a range; lives as long as one request."""

    def __init__(self, numbers: Range, used: set[int], rng: Rng) -> None:
        self._range, self._used, self._rng = numbers, used, rng

    def allocate(self, number: int) -> None:
        """Take a certain number. Raises AllocationError."""
        if not self._range.first <= number <= self._range.last:
            raise AllocationError(self._range.outside)
        if number in self._used:
            raise AllocationError(self._range.taken)
        self._used.add(number)

    def allocate_next(self) -> int:
        """Take any number. Raises AllocationError when none is left."""
        dynamic = self._range.first + self._range.static
        for first, last in ((dynamic, self._range.last), (self._range.first, dynamic - 1)):
            number = self._draw(first, last)
            if number is not None:
                self._used.add(number)
                return number
        raise AllocationError("range is full")

    def _draw(self, first: int, last: int) -> int | None:
        """Return the first free number from a random one on, round the end of the band."""
        size = last - first + 1
        if size <= 0:
            return None
        start = self._rng.below(size)
        return next((number for step in range(size) if (number := first + (start + step) % size) not in self._used), None)
