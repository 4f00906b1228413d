"""TaintToleration: taints keep pods away that do not tolerate them.

Upstream: ``pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.meta import Obj
from cluster.machinery.taints import NO_EXECUTE, NO_SCHEDULE, PREFER_NO_SCHEDULE, find_untolerated, is_tolerated
from cluster.scheduler.cluster_event import Action, Interest, Resource
from cluster.scheduler.interface import (
    CycleState,
    FilterPlugin,
    PreScorePlugin,
    ScorePlugin,
    StateKey,
    Status,
    default_normalize,
    unresolvable,
)
from cluster.scheduler.node_info import NodeInfo, PodInfo

_UNTOLERATED = unresolvable("node(s) had untolerated taint(s)")
_DO_NOT_SCHEDULE = (NO_SCHEDULE, NO_EXECUTE)
_SOFT_TOLERATIONS: StateKey[tuple[Obj, ...]] = StateKey("PreScoreTaintToleration")


class TaintToleration(FilterPlugin, PreScorePlugin, ScorePlugin):
    """NoSchedule and NoExecute turn nodes away; each PreferNoSchedule that is not tolerated makes a node less welcome."""

    name = "TaintToleration"
    is_local = True

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Turn away a node with a taint that the pod does not tolerate."""
        if not node.taints or find_untolerated(node.taints, pod.tolerations, _DO_NOT_SCHEDULE) is None:
            return None
        return _UNTOLERATED

    def pre_score(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> Status | None:
        """Pick the tolerations that can cover a PreferNoSchedule taint."""
        state.write(_SOFT_TOLERATIONS, tuple(t for t in pod.tolerations if (t.get("effect") or PREFER_NO_SCHEDULE) == PREFER_NO_SCHEDULE))
        return None

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Count the PreferNoSchedule taints that the pod does not tolerate."""
        if not node.taints:
            return 0
        tolerations = state.read(_SOFT_TOLERATIONS)
        return sum(1 for taint in node.taints if taint.get("effect") == PREFER_NO_SCHEDULE and not is_tolerated(taint, tolerations))

    def normalize(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], scores: list[int]) -> list[int]:
        """Give 100 for no such taint, 0 for the largest number of them."""
        return default_normalize(scores, reverse=True)

    def events_to_register(self) -> tuple[Interest, ...]:
        """Nodes that come, their taints, and tolerations."""
        return (
            Interest(Resource.NODE, Action.ADD | Action.UPDATE_NODE_TAINT, self.is_schedulable_after_node_change),
            Interest(Resource.POD, Action.UPDATE_POD_TOLERATION, self.is_schedulable_after_pod_toleration_change),
        )

    def is_schedulable_after_node_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When a node has lost what kept the pod away, or a suitable one appears."""
        return new is not None and (old is None or _keeps_away(old, pod)) and not _keeps_away(new, pod)

    def is_schedulable_after_pod_toleration_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When it is the pod itself: tolerations are only ever added."""
        return new is not None and new["metadata"].get("uid") == pod.pod["metadata"].get("uid")


def _keeps_away(node: Obj, pod: PodInfo) -> bool:
    return find_untolerated((node.get("spec") or {}).get("taints") or (), pod.tolerations, _DO_NOT_SCHEDULE) is not None
