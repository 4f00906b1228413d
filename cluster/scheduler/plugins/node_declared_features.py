"""NodeDeclaredFeatures: a pod that needs something of its kubelet runs only where the kubelet has said that it can do that.

A pod's needs follow from fields that never change, so that, unlike upstream's, no change of the pod lets it in.
Upstream: ``pkg/scheduler/framework/plugins/nodedeclaredfeatures/nodedeclaredfeatures.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.declared_features import declared_by, required_to_run
from cluster.machinery.meta import Obj
from cluster.scheduler.cluster_event import Action, Interest, Resource
from cluster.scheduler.interface import SKIP, CycleState, FilterPlugin, PreFilterPlugin, PreFilterResult, StateKey, Status, unresolvable
from cluster.scheduler.node_info import NodeInfo, PodInfo

_REQUIRED: StateKey[frozenset[str]] = StateKey("NodeDeclaredFeatures")
_MISSING = unresolvable("node(s) didn't match Pod's required features")


class NodeDeclaredFeatures(PreFilterPlugin, FilterPlugin):
    """Compares ``status.declaredFeatures``."""

    name = "NodeDeclaredFeatures"
    is_local = True

    def pre_filter(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> PreFilterResult | Status | None:
        """Skip pods that need nothing special."""
        required = required_to_run(pod.spec)
        if not required:
            return SKIP
        state.write(_REQUIRED, frozenset(required))
        return None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Turn away nodes that lack one of them."""
        return None if state.read(_REQUIRED).issubset(declared_by(node.node)) else _MISSING

    def events_to_register(self) -> tuple[Interest, ...]:
        """Nodes that come, or declare something else."""
        return (Interest(Resource.NODE, Action.ADD | Action.UPDATE_NODE_DECLARED_FEATURE, self.is_schedulable_after_node_change),)

    def is_schedulable_after_node_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When the node is new, or its features are."""
        return old is None or new is None or declared_by(old) != declared_by(new)
