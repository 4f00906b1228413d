"""DefaultBinder: tells the API server which node a pod has.

Upstream: ``pkg/scheduler/framework/plugins/defaultbinder/default_binder.go``.
"""

from __future__ import annotations

from cluster.scheduler.interface import BindPlugin, ClusterView
from cluster.scheduler.node_info import PodInfo


class DefaultBinder(BindPlugin):
    """Writes a Binding. ``view``: through which it is written."""

    name = "DefaultBinder"

    def __init__(self, view: ClusterView) -> None:
        self._view = view

    def bind(self, pod: PodInfo, node: str) -> None:
        """Write it. Raises ApiError."""
        self._view.bind(pod.pod, node)
