"""The scheduler's picture of the cluster: every node with what its pods already take.

A pod counts from the moment the scheduler has chosen its node ("assumed"), before the binding has come back as a
watch event. Differs from upstream in that nothing is copied into a snapshot: one pod is scheduled at a time, in one
thread. Upstream: ``pkg/scheduler/backend/cache/cache.go``.
"""

from __future__ import annotations

from cluster.machinery.meta import Key, Obj, key_of
from cluster.scheduler.node_info import NodeInfo, PodInfo
from cluster.scheduler.snapshot import Snapshot


class Cache:
    """Nodes and the pods on them, kept by watch events and by the scheduler's own assumptions."""

    def __init__(self) -> None:
        self._nodes: dict[str, NodeInfo] = {}
        self._node_of: dict[Key, str] = {}
        self._assumed: set[Key] = set()
        self._snapshot: Snapshot | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The nodes that exist, in order of arrival. It is made anew when nodes come and go; what happens to pods shows in it at once."""
        if self._snapshot is None:
            self._snapshot = Snapshot([info for info in self._nodes.values() if info.node])
        return self._snapshot

    def set_node(self, node: Obj) -> None:
        """Add a node or take over its newest state."""
        info = self._info(node["metadata"]["name"])
        is_known, images, labels = bool(info.node), info.images, info.labels
        info.set_node(node)
        if not is_known or info.labels != labels:
            self._snapshot = None
        elif self._snapshot is not None:
            self._snapshot.images_changed(images, info.images)

    def remove_node(self, name: str) -> None:
        """Forget a node; its pods are remembered until they are deleted."""
        info = self._nodes.pop(name, None)
        self._snapshot = None
        if info is not None and info.pods:
            self._nodes[name] = NodeInfo(
                name,
                requested=info.requested,
                non_zero_requested=info.non_zero_requested,
                pods=info.pods,
                pods_with_affinity=info.pods_with_affinity,
                alike=info.alike,
            )

    def set_pod(self, pod: Obj) -> None:
        """Add a pod that has a node, or take over its newest state; confirms an assumption."""
        self.remove_pod(key_of(pod))
        self._put(PodInfo.of(pod), pod["spec"]["nodeName"])

    def remove_pod(self, key: Key) -> None:
        """Forget a pod, assumed or not."""
        self._assumed.discard(key)
        name = self._node_of.pop(key, None)
        if name is None:
            return
        info = self._nodes[name]
        pod = info.remove_pod(key)
        if self._snapshot is not None and pod is not None:
            self._snapshot.pod_changed(info, pod, -1)
        if not info.node and not info.pods:
            del self._nodes[name]

    def assume(self, pod: PodInfo, node: str) -> None:
        """Count a pod on ``node`` before the API server has heard of it."""
        self._put(pod, node)
        self._assumed.add(pod.key)

    def forget(self, key: Key) -> None:
        """Take an assumption back, because the binding failed. A pod that a watch event has confirmed stays."""
        if key in self._assumed:
            self.remove_pod(key)

    def is_assumed(self, key: Key) -> bool:
        """Whether the pod's binding has not come back yet."""
        return key in self._assumed

    def node_of(self, key: Key) -> str:
        """The node on which a pod counts, or an empty text."""
        return self._node_of.get(key, "")

    def _put(self, pod: PodInfo, node: str) -> None:
        self._node_of[pod.key] = node
        info = self._info(node)
        info.add_pod(pod)
        if self._snapshot is not None and info.node:
            self._snapshot.pod_changed(info, pod, 1)

    def _info(self, name: str) -> NodeInfo:
        if name not in self._nodes:
            self._nodes[name] = NodeInfo(name)
        return self._nodes[name]
