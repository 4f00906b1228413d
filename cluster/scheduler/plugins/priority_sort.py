"""PrioritySort: which pod is scheduled next.

Upstream: ``pkg/scheduler/framework/plugins/queuesort/priority_sort.go``.
"""

from __future__ import annotations

from cluster.machinery.meta import SimTime
from cluster.scheduler.interface import QueueSortPlugin
from cluster.scheduler.node_info import PodInfo


class PrioritySort(QueueSortPlugin):
    """Higher priority first, then the one that was queued earlier."""

    name = "PrioritySort"

    def sort_key(self, pod: PodInfo, queued_at: SimTime) -> tuple[int, SimTime]:
        """Return what pods are sorted by, the smallest first."""
        return -int(pod.spec.get("priority") or 0), queued_at
