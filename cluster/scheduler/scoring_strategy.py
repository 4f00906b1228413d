"""How full a node should be: the strategies of NodeResourcesFit.

*LeastAllocated* likes empty nodes (pods spread), *MostAllocated* full ones (bin packing), *RequestedToCapacityRatio* follows a
line that somebody has drawn. Every strategy takes the mean over some resources by their weights.

Upstream: ``pkg/scheduler/framework/plugins/noderesources/{resource_allocation,least_allocated,most_allocated,
requested_to_capacity_ratio}.go``, ``.../plugins/helper/shape_score.go``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from cluster.machinery.pod_resources import CPU, EPHEMERAL_STORAGE, MEMORY
from cluster.scheduler.interface import MAX_NODE_SCORE
from cluster.scheduler.node_info import NodeInfo, PodInfo

DEFAULT_WEIGHTS = {CPU: 1, MEMORY: 1}
MAX_SHAPE_SCORE = 10
"""Scores of a drawn line lie between 0 and this."""
_NATIVE = (CPU, MEMORY, EPHEMERAL_STORAGE)

Shape = Sequence[tuple[int, int]]
"""Points of a line: percent used, and the score there."""


class Strategy(ABC):
    """``weights``: by resource. Cpu and memory count with what containers without requests are taken for; other resources only for
    pods that request them."""

    def __init__(self, weights: Mapping[str, int] | None = None) -> None:
        self._weights = tuple((weights or DEFAULT_WEIGHTS).items())

    def score(self, pod: PodInfo, node: NodeInfo) -> int:
        """Return 0 to 100 for a node with the pod on it."""
        score = total = 0
        allocatable, non_zero, extra = node.allocatable, node.non_zero_requested, pod.non_zero
        for name, weight in self._weights:
            capacity = allocatable.get(name, 0)
            if not capacity:
                continue
            if name in non_zero:
                requested = non_zero[name] + extra[name]
            else:
                wanted = pod.requests.get(name, 0)
                if not wanted and name not in _NATIVE:
                    continue
                requested = node.requested.get(name, 0) + wanted
            one = self.of_resource(requested, capacity)
            if one or self.counts_zero:
                score += weight * one
                total += weight
        return self.mean(score, total) if total else 0

    counts_zero = True
    """Whether a resource with the score 0 counts in the mean."""

    @abstractmethod
    def of_resource(self, requested: int, capacity: int) -> int:
        """Return 0 to 100 for one resource; ``capacity`` is not 0."""

    def mean(self, score: int, total: int) -> int:
        """Return the mean, rounded down."""
        return score // total


class LeastAllocated(Strategy):
    """Of 4000 thousandths 1000 are taken, of 10000 bytes 5000: (75 + 50) / 2 is 62."""

    def of_resource(self, requested: int, capacity: int) -> int:
        """Return the free share in percent."""
        return (capacity - requested) * MAX_NODE_SCORE // capacity if requested < capacity else 0


class MostAllocated(Strategy):
    """The counterpart: 25 and 50 in the same case, 37 together."""

    def of_resource(self, requested: int, capacity: int) -> int:
        """Return the share in use in percent."""
        return min(requested, capacity) * MAX_NODE_SCORE // capacity


class RequestedToCapacityRatio(Strategy):
    """Reads the score off a line. ``shape``: its points with scores of 0 to 10."""

    counts_zero = False

    def __init__(self, weights: Mapping[str, int] | None, shape: Shape) -> None:
        super().__init__(weights)
        self._shape = [(utilization, score * MAX_NODE_SCORE // MAX_SHAPE_SCORE) for utilization, score in shape]

    def of_resource(self, requested: int, capacity: int) -> int:
        """Return the line's value at the share in use."""
        return on_line(self._shape, 100 if requested > capacity else requested * 100 // capacity)

    def mean(self, score: int, total: int) -> int:
        """Return the mean, rounded to the nearest."""
        return (2 * score + total) // (2 * total)


def on_line(shape: Shape, utilization: int) -> int:
    """Return the value of a broken line, cut off towards zero; before its first and after its last point it is level."""
    for index, (end, score) in enumerate(shape):
        if utilization <= end:
            if index == 0:
                return score
            begin, before = shape[index - 1]
            return before + int((score - before) * (utilization - begin) / (end - begin))
    return shape[-1][1]


DEFAULT_STRATEGY = LeastAllocated()
