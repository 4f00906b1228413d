"""NodeAffinity: nodeSelector, required and preferred node affinity.

Upstream: ``pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.label_requirement import SelectorError
from cluster.machinery.meta import Obj
from cluster.machinery.node_selector import RequiredNodeAffinity, Term, compile_term, required_affinity
from cluster.scheduler.cluster_event import Action, Interest, Resource
from cluster.scheduler.interface import (
    SKIP,
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
from cluster.scheduler.node_info import NodeInfo, PodInfo

_NO_MATCH = unresolvable("node(s) didn't match Pod's node affinity/selector")
_CONFLICT = unresolvable("pod affinity terms conflict")
_REQUIRED: StateKey[RequiredNodeAffinity] = StateKey("PreFilterNodeAffinity")
_ENFORCED = unresolvable("node(s) didn't match scheduler-enforced node affinity")
_HARD, _SOFT = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"

Preference = tuple[int, Term]
"""A term and its weight."""

_PREFERRED: StateKey[tuple[Preference, ...]] = StateKey("PreScoreNodeAffinity")


class NodeAffinity(PreFilterPlugin, FilterPlugin, PreScorePlugin, ScorePlugin):
    """Required terms turn nodes away; the weights of the preferred terms that a node matches add up.

    ``added``: NodeAffinity that the configuration adds to every pod's.
    """

    name = "NodeAffinity"
    is_local = True

    def __init__(self, added: Obj | None = None) -> None:
        required = (added or {}).get(_HARD)
        self._added = None if required is None else required_affinity({"spec": {"affinity": {"nodeAffinity": added}}})
        self._added_preferred = _preferences((added or {}).get(_SOFT) or ())

    def pre_filter(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> PreFilterResult | Status | None:
        """Read what the pod demands; where every term names nodes, only those are worth looking at."""
        required = _node_affinity(pod).get(_HARD)
        if required is None and pod.spec.get("nodeSelector") is None and self._added is None:
            return SKIP
        state.write(_REQUIRED, required_affinity(pod.pod))
        names = _named_nodes((required or {}).get("nodeSelectorTerms") or ())
        if names is None:
            return None
        return PreFilterResult(names) if names else _CONFLICT

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Turn away a node that the pod's demands do not match."""
        if self._added is not None and not self._added.matches(node.name, node.labels):
            return _ENFORCED
        return None if state.read(_REQUIRED).matches(node.name, node.labels) else _NO_MATCH

    def pre_score(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> Status | None:
        """Read the pod's preferences."""
        preferred = _node_affinity(pod).get(_SOFT) or ()
        if not preferred and not self._added_preferred:
            return SKIP
        try:
            state.write(_PREFERRED, self._added_preferred + _preferences(preferred))
        except SelectorError as error:
            return Status(Code.ERROR, (str(error),))
        return None

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Add up the weights of the preferences that the node matches."""
        return sum(weight for weight, term in state.read(_PREFERRED) if term.matches(node.name, node.labels))

    def normalize(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], scores: list[int]) -> list[int]:
        """Give 100 to the largest sum."""
        return default_normalize(scores, reverse=False)

    def events_to_register(self) -> tuple[Interest, ...]:
        """Nodes that come, and their labels."""
        return (Interest(Resource.NODE, Action.ADD | Action.UPDATE_NODE_LABEL, self.is_schedulable_after_node_change),)

    def is_schedulable_after_node_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When a node has come to match."""
        if new is None or (self._added is not None and not self._added.matches_node(new)):
            return False
        required = required_affinity(pod.pod)
        return required.matches_node(new) and (old is None or not required.matches_node(old))


def _preferences(given: Sequence[Obj]) -> tuple[Preference, ...]:
    """Read preferred terms. Raises SelectorError."""
    return tuple((entry["weight"], compile_term(entry["preference"])) for entry in given if entry["weight"])


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
