"""What was found out about nodes, kept for the next pod of the same signature.

The pods of a workload are alike, and between two of them only the node has changed that took the first. A plugin that looks at one
node alone would say the same of every other one again. Differs from upstream in that what is remembered is what plugins say of each
node, not the order of the nodes.

Upstream: ``pkg/scheduler/framework/runtime/batch.go`` (``OpportunisticBatch``).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from cluster.scheduler.decision import Rejection

MAX_SIGNATURES = 8
"""So many kinds of pods are remembered; the one that was not seen for longest is forgotten."""


@dataclass(slots=True, eq=False)
class Known:
    """What is known of a node as it was at ``generation``. ``raw``: scores of the plugins that look at one node alone; None: not yet."""

    generation: int
    rejection: Rejection | None
    raw: tuple[int, ...] | None = None


KnownNodes = dict[str, Known]
"""By name of the node."""


class Memory:
    """The nodes as pods of each signature found them."""

    def __init__(self) -> None:
        self._by_signature: OrderedDict[bytes, KnownNodes] = OrderedDict()

    def of(self, signature: bytes) -> KnownNodes:
        """Return what pods of a signature have found, to be added to."""
        known = self._by_signature.setdefault(signature, {})
        self._by_signature.move_to_end(signature)
        if len(self._by_signature) > MAX_SIGNATURES:
            self._by_signature.popitem(last=False)
        return known
