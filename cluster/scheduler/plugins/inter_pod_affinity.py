"""InterPodAffinity: pods that want to be near other pods, or away from them, or that others want away.

What is counted is pods by topology pair (the key of a node label and its value). Each pod of the cluster is looked at once
before the nodes are; a node is then judged by its labels alone.

Upstream: ``pkg/scheduler/framework/plugins/interpodaffinity/{plugin,filtering,scoring}.go``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cluster.machinery.meta import Obj
from cluster.scheduler.cluster_event import Action, Interest, Resource, takes_room
from cluster.scheduler.interface import (
    MAX_NODE_SCORE,
    SKIP,
    ClusterView,
    CycleState,
    FilterPlugin,
    PreFilterPlugin,
    PreFilterResult,
    PreScorePlugin,
    ScorePlugin,
    StateKey,
    Status,
    unresolvable,
    unschedulable,
)
from cluster.scheduler.node_info import NodeInfo, PodInfo
from cluster.scheduler.pod_affinity import AffinityTerm, Labels, PodAffinity, Terms, matches_all, pod_affinity

_AFFINITY = unresolvable("node(s) didn't match pod affinity rules")
_ANTI_AFFINITY = unschedulable("node(s) didn't match pod anti-affinity rules")
_OTHERS_ANTI_AFFINITY = unschedulable("node(s) didn't satisfy existing pods anti-affinity rules")

Pair = tuple[str, str]
"""A label of nodes: its key and its value."""


@dataclass(frozen=True, slots=True)
class Required:
    """What the pod demands, its terms' namespaces written out, and how many pods each topology pair has that count."""

    affinity: Terms
    anti_affinity: Terms
    wanted: Counter[Pair]
    unwanted: Counter[Pair]
    unwelcome: Counter[Pair]


_REQUIRED: StateKey[Required] = StateKey("PreFilterInterPodAffinity")
_WEIGHTS: StateKey[Counter[Pair]] = StateKey("PreScoreInterPodAffinity")


class InterPodAffinity(PreFilterPlugin, FilterPlugin, PreScorePlugin, ScorePlugin):
    """``hard_weight``: what a pod that demands the incoming one near it adds to its topology."""

    name = "InterPodAffinity"
    counts_pods = True

    def __init__(self, view: ClusterView, *, hard_weight: int = 1, ignores_preferences_of_others: bool = False) -> None:
        self._view, self._hard_weight, self._ignores_others = view, hard_weight, ignores_preferences_of_others

    def pre_filter(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> PreFilterResult | Status | None:
        """Count the pods that matter."""
        unwelcome = _pods_that_keep_away(pod, state.snapshot.with_affinity, self._view.namespace_labels(_namespace(pod.pod)))
        wanted_terms, unwanted_terms = self._within(pod.affinity.required), self._within(pod.affinity.required_anti)
        if not unwelcome and not wanted_terms and not unwanted_terms:
            return SKIP
        wanted: Counter[Pair] = Counter()
        unwanted: Counter[Pair] = Counter()
        if wanted_terms or unwanted_terms:
            for node in nodes:
                for other in node.pods.values():
                    if matches_all(wanted_terms, other.pod):
                        wanted.update(_pairs(wanted_terms, node))
                    unwanted.update(_pairs((term for term in unwanted_terms if term.matches(other.pod, None)), node))
        state.write(_REQUIRED, Required(wanted_terms, unwanted_terms, wanted, unwanted, unwelcome))
        return None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Turn away a node that is not with the wanted pods, or is with unwanted ones, or with one that wants the pod away."""
        required = state.read(_REQUIRED)
        if not _is_with_wanted(required, pod, node):
            return _AFFINITY
        if any(required.unwanted[pair] for pair in _pairs(required.anti_affinity, node)):
            return _ANTI_AFFINITY
        if required.unwelcome and any(required.unwelcome[pair] for pair in node.labels.items()):
            return _OTHERS_ANTI_AFFINITY
        return None

    def pre_score(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> Status | None:
        """Weigh the topology pairs by the pods in them."""
        own = replace(
            pod.affinity, preferred=self._within(pod.affinity.preferred), preferred_anti=self._within(pod.affinity.preferred_anti)
        )
        has_preferences = bool(own.preferred or own.preferred_anti)
        if self._ignores_others and not has_preferences:
            return SKIP
        labels = self._view.namespace_labels(_namespace(pod.pod))
        weights: Counter[Pair] = Counter()
        for node in state.nodes if has_preferences else state.snapshot.with_affinity:
            for other in node.pods.values() if has_preferences else node.pods_with_affinity.values():
                self._weigh(weights, node, pod, own, other, labels)
        if not weights:
            return SKIP
        state.write(_WEIGHTS, weights)
        return None

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Add up the weights of the node's labels."""
        weights = state.read(_WEIGHTS)
        return sum(weights[pair] for pair in node.labels.items())

    def normalize(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], scores: list[int]) -> list[int]:
        """Stretch the sums, which may be negative, from 0 for the lowest to 100 for the highest.

        The quotient comes first, as upstream has it: 29 of 50 is 57, since 100 * 0.58 is a little less than 58.
        """
        lowest, highest = min(scores), max(scores)
        if lowest == highest:
            return [0] * len(scores)
        return [int(MAX_NODE_SCORE * ((score - lowest) / (highest - lowest))) for score in scores]

    def events_to_register(self) -> tuple[Interest, ...]:
        """Pods that come, go or get other labels, and nodes that come or get other labels."""
        return (
            Interest(Resource.POD, Action.ADD | Action.DELETE | Action.UPDATE_POD_LABEL, self.is_schedulable_after_pod_change),
            Interest(Resource.NODE, Action.ADD | Action.UPDATE_NODE_LABEL, self.is_schedulable_after_node_change),
        )

    def is_schedulable_after_node_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When nodes have come together anew."""
        return new is not None and _may_help(pod.affinity, _labels(old) if old else None, _labels(new))

    def is_schedulable_after_pod_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When a pod has come near to which this one wants, or one has gone that it avoids."""
        if old is not None and new is not None and new["metadata"].get("uid") == pod.pod["metadata"].get("uid"):
            return True
        known = old if new is None else new
        return known is not None and takes_room(known) and self._pod_may_help(self._of_incoming(pod.affinity), pod, old, new)

    def _pod_may_help(self, own: PodAffinity, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        if new is not None and old is not None:
            is_found = matches_all(own.required, new) and not matches_all(own.required, old)
            return is_found or (matches_all(own.required_anti, old) and not matches_all(own.required_anti, new))
        if new is not None:
            return matches_all(own.required, new)
        if old is None:
            return False
        labels = self._view.namespace_labels(_namespace(pod.pod))
        return matches_all(own.required_anti, old) or matches_all(pod_affinity(old).required_anti, pod.pod, labels)

    def _of_incoming(self, affinity: PodAffinity) -> PodAffinity:
        return replace(affinity, required=self._within(affinity.required), required_anti=self._within(affinity.required_anti))

    def _within(self, terms: Terms) -> Terms:
        return tuple(term.within(self._view.namespaces()) for term in terms)

    def _weigh(
        self, weights: Counter[Pair], node: NodeInfo, pod: PodInfo, own: PodAffinity, other: PodInfo, namespace_labels: Labels | None
    ) -> None:
        """Add what two pods think of each other to the pairs of the node that the other is on."""
        for terms, sign in ((own.preferred, 1), (own.preferred_anti, -1)):
            _add(weights, node, terms, other.pod, None, sign)
        if self._hard_weight:
            for term in other.affinity.required:
                _add(weights, node, (replace(term, weight=self._hard_weight),), pod.pod, namespace_labels, 1)
        if not self._ignores_others:
            for terms, sign in ((other.affinity.preferred, 1), (other.affinity.preferred_anti, -1)):
                _add(weights, node, terms, pod.pod, namespace_labels, sign)


def _add(weights: Counter[Pair], node: NodeInfo, terms: Terms, pod: Obj, namespace_labels: Labels | None, sign: int) -> None:
    for term in terms:
        if term.topology_key in node.labels and term.matches(pod, namespace_labels):
            weights[term.topology_key, node.labels[term.topology_key]] += sign * term.weight


def _pods_that_keep_away(pod: PodInfo, nodes: Iterable[NodeInfo], namespace_labels: Labels | None) -> Counter[Pair]:
    unwelcome: Counter[Pair] = Counter()
    for node in nodes:
        for other in node.pods_with_affinity.values():
            unwelcome.update(_pairs((term for term in other.affinity.required_anti if term.matches(pod.pod, namespace_labels)), node))
    return unwelcome


def _is_with_wanted(required: Required, pod: PodInfo, node: NodeInfo) -> bool:
    if any(term.topology_key not in node.labels for term in required.affinity):
        return False
    if all(required.wanted[pair] for pair in _pairs(required.affinity, node)):
        return True
    # The first of a group that wants to be together would wait for ever: it may go anywhere.
    return not required.wanted and matches_all(required.affinity, pod.pod)


def _pairs(terms: Iterable[AffinityTerm], node: NodeInfo) -> list[Pair]:
    return [(term.topology_key, node.labels[term.topology_key]) for term in terms if term.topology_key in node.labels]


def _may_help(affinity: PodAffinity, old: Labels | None, new: Labels) -> bool:
    """Whether a node's labels have come to say something else about the topologies that the pod speaks of."""
    for term in affinity.required:
        if term.topology_key in new and (old is None or old.get(term.topology_key) != new[term.topology_key]):
            return True
    if old is None:
        return bool(affinity.required_anti)
    return any(old.get(term.topology_key) not in (None, new.get(term.topology_key)) for term in affinity.required_anti)


def _namespace(pod: Obj) -> str:
    namespace: str = pod["metadata"].get("namespace", "")
    return namespace


def _labels(node: Obj) -> Labels:
    return node["metadata"].get("labels") or {}
