"""The index of pods by node: so that a kubelet's list costs what it returns, not what the cluster has.

Upstream: ``pkg/registry/core/pod/strategy.go`` (``Indexers``), used by the watch cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cluster.machinery.storage import Event, KeyValue


class PodsByNode:
    """The pods of every node, kept current change by change. A pod on no node is under the empty name."""

    def __init__(self, pods: Iterable[KeyValue]) -> None:
        self._nodes: dict[str, dict[str, KeyValue]] = {}
        for kv in pods:
            self._add(kv)

    def apply(self, event: Event) -> None:
        """Take in the change of one pod."""
        if event.prev is not None:
            node = _node_of(event.prev)
            pods = self._nodes.get(node, {})
            pods.pop(event.key, None)
            if not pods:
                self._nodes.pop(node, None)
        if event.kv is not None:
            self._add(event.kv)

    def on(self, node: str) -> Sequence[KeyValue]:
        """Return the pods of a node in the order of their keys."""
        pods = self._nodes.get(node, {})
        return [pods[key] for key in sorted(pods)]

    def _add(self, kv: KeyValue) -> None:
        self._nodes.setdefault(_node_of(kv), {})[kv.key] = kv


def _node_of(kv: KeyValue) -> str:
    node: str = kv.obj["spec"].get("nodeName", "")
    return node
