"""PrioritySort: which pod is scheduled next.

Upstream: ``pkg/scheduler/framework/plugins/queuesort/priority_sort.go``.
"""

from __future__ import annotations

from cluster.machinery.meta import SimTime
from cluster.scheduler.cache import PodInfo


def sort_key(pod: PodInfo, queued_at: SimTime) -> tuple[int, SimTime]:
    """Return what pods are sorted by: higher priority first, then the one that was queued earlier."""
    return -int(pod.spec.get("priority") or 0), queued_at
