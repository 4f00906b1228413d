"""Why a pod fits nowhere, in one sentence: ``0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s).``

Upstream: ``pkg/scheduler/framework/types.go`` (FitError).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from cluster.scheduler.interface import Status

NO_NODES = "no nodes available to schedule pods"
"""What is said instead when there is not a single node."""


def fit_error(nodes: int, statuses: Iterable[Status], *, pre_filter: str = "", post_filter: str = "") -> str:
    """Count the reasons over all nodes. ``pre_filter``: the one reason for all, when no node was looked at."""
    if pre_filter:
        explained = pre_filter
    else:
        counts = Counter(reason for status in statuses for reason in status.reasons)
        explained = ", ".join(sorted(f"{count} {reason}" for reason, count in counts.items()))
    message = f"0/{nodes} nodes are available:"
    if explained:
        message += f" {explained}."
    return f"{message} {post_filter}" if post_filter else message
