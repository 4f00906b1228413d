"""NodeAffinity: nodeSelector, required and preferred node affinity.

Upstream: ``pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.label_requirement import SelectorError
from cluster.machinery.meta import Obj
from cluster.machinery.node_selector import RequiredNodeAffinity, Term, compile_term, required_affinity
from cluster.scheduler.cache import NodeInfo, PodInfo
from cluster.scheduler.interface import (
    SKIP,
    Change,
    ClusterEvent,
    Code,
    CycleState,
    FilterPlugin,
    PreFilterPlugin,
    PreFilterResult,
    PreScorePlugin,
    ScorePlugin,
    StateKey,
    Status,
    default_normalize,
    unresolvable,
)

_NO_MATCH = unresolvable("node(s) didn't match Pod's node affinity/selector")
_CONFLICT = unresolvable("pod affinity terms conflict")
_REQUIRED: StateKey[RequiredNodeAffinity] = StateKey("PreFilterNodeAffinity")
_PREFERRED: StateKey[tuple[tuple[int, Term], ...]] = StateKey("PreScoreNodeAffinity")


class NodeAffinity(PreFilterPlugin, FilterPlugin, PreScorePlugin, ScorePlugin):
    """Required terms turn nodes away; the weights of the preferred terms that a node matches add up."""

    name = "NodeAffinity"

    def pre_filter(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> PreFilterResult | Status | None:
        """Read what the pod demands; where every term names nodes, only those are worth looking at."""
        required = _node_affinity(pod).get("requiredDuringSchedulingIgnoredDuringExecution")
        if required is None and pod.spec.get("nodeSelector") is None:
            return SKIP
        state.write(_REQUIRED, required_affinity(pod.pod))
        names = _named_nodes((required or {}).get("nodeSelectorTerms") or ())
        if names is None:
            return None
        return PreFilterResult(names) if names else _CONFLICT

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Turn away a node that the pod's demands do not match."""
        return None if state.read(_REQUIRED).matches(node.name, node.labels) else _NO_MATCH

    def pre_score(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> Status | None:
        """Read the pod's preferences."""
        preferred = _node_affinity(pod).get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        if not preferred:
            return SKIP
        try:
            state.write(_PREFERRED, tuple((p["weight"], compile_term(p["preference"])) for p in preferred if p["weight"]))
        except SelectorError as error:
            return Status(Code.ERROR, (str(error),))
        return None

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Add up the weights of the preferences that the node matches."""
        return sum(weight for weight, term in state.read(_PREFERRED) if term.matches(node.name, node.labels))

    def normalize(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], scores: list[int]) -> list[int]:
        """Give 100 to the largest sum."""
        return default_normalize(scores, reverse=False)

    def is_schedulable_after(self, pod: PodInfo, event: ClusterEvent) -> bool:
        """When a node has come to match, or the pod's demands may have changed."""
        if event.change is Change.POD_UPDATED:
            return True
        if event.new is None or event.change not in (Change.NODE_ADDED, Change.NODE_UPDATED):
            return False
        required = required_affinity(pod.pod)
        return required.matches_node(event.new) and (event.old is None or not required.matches_node(event.old))


def _node_affinity(pod: PodInfo) -> Obj:
    return (pod.spec.get("affinity") or {}).get("nodeAffinity") or {}


def _named_nodes(terms: Sequence[Obj]) -> frozenset[str] | None:
    """Return the nodes that the terms name together, or None when some term names none."""
    names: set[str] = set()
    for term in terms:
        wanted = [
            set(f.get("values") or ()) for f in term.get("matchFields") or () if f["key"] == "metadata.name" and f["operator"] == "In"
        ]
        if not wanted:
            return None
        names |= set.intersection(*wanted)
    return frozenset(names) if terms else None
