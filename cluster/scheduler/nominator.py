"""Pods to which a node has been promised: their victims are going, and nobody of lower priority may take the room meanwhile.

Upstream: ``pkg/scheduler/backend/queue/nominator.go``.
"""

from __future__ import annotations

from cluster.machinery.meta import Key
from cluster.scheduler.node_info import PodInfo
from cluster.scheduler.preemption.importance import priority


class Nominator:
    """Who waits for which node."""

    def __init__(self) -> None:
        self._by_node: dict[str, dict[Key, PodInfo]] = {}
        self._node_of: dict[Key, str] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nobody waits for a node."""
        return not self._node_of

    def add(self, pod: PodInfo, node: str) -> None:
        """Promise a node to a pod, instead of another one if there was one."""
        self.remove(pod.key)
        self._by_node.setdefault(node, {})[pod.key] = pod
        self._node_of[pod.key] = node

    def remove(self, key: Key) -> None:
        """Forget a promise; harmless when there is none."""
        node = self._node_of.pop(key, None)
        if node is not None:
            del self._by_node[node][key]

    def node_of(self, key: Key) -> str:
        """Return the node that a pod waits for, or an empty text."""
        return self._node_of.get(key, "")

    def on(self, node: str) -> list[PodInfo]:
        """Return the pods that wait for a node."""
        return list(self._by_node.get(node, {}).values())

    def before(self, pod: PodInfo, node: str) -> list[PodInfo]:
        """Return the pods that wait for a node and go before ``pod``: of its priority or a higher one."""
        return [other for other in self.on(node) if other.key != pod.key and priority(other.pod) >= priority(pod.pod)]

    def after(self, pod: PodInfo, node: str) -> list[PodInfo]:
        """Return the pods that wait for a node and have to look for another one when ``pod`` gets it."""
        return [other for other in self.on(node) if priority(other.pod) < priority(pod.pod)]
