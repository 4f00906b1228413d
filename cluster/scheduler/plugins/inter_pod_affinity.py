"""InterPodAffinity: pods that want to be near other pods, or away from them, or that others want away.

What is counted is pods by topology pair (the key of a node label and its value). They are counted as they come and go, and so are the
terms of pods that are there already: before nodes are looked at each distinct term is judged once, however many pods have it. A node
is then judged by its labels alone.

Upstream: ``pkg/scheduler/framework/plugins/interpodaffinity/{plugin,filtering,scoring}.go``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cluster.machinery.labels import NOTHING, selector_of
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
from cluster.scheduler.pod_affinity import Labels, PodAffinity, Terms, matches_all, pod_affinity

_AFFINITY = unresolvable("node(s) didn't match pod affinity rules")
_ANTI_AFFINITY = unschedulable("node(s) didn't match pod anti-affinity rules")
_OTHERS_ANTI_AFFINITY = unschedulable("node(s) didn't satisfy existing pods anti-affinity rules")

Presence = tuple[str, Mapping[str, int]]
"""A label of nodes, and how many pods that count there are by its value."""


@dataclass(frozen=True, slots=True)
class Required:
    """Where pods are that the pod wants near, with ``unwanted`` ones, and with ones that want it away. ``is_first``: nobody is there
    whom it wants near but itself."""

    wanted: tuple[Presence, ...]
    unwanted: tuple[Presence, ...]
    unwelcome: tuple[Presence, ...]
    is_first: bool


Weights = dict[str, dict[str, int]]
"""What speaks for a value of a label of nodes, by label."""

_REQUIRED: StateKey[Required] = StateKey("PreFilterInterPodAffinity")
_WEIGHTS: StateKey[Weights] = StateKey("PreScoreInterPodAffinity")


class InterPodAffinity(PreFilterPlugin, FilterPlugin, PreScorePlugin, ScorePlugin):
    """``hard_weight``: what a pod that demands the incoming one near it adds to its topology."""

    name = "InterPodAffinity"
    counts_pods = True

    def __init__(self, view: ClusterView, *, hard_weight: int = 1, ignores_preferences_of_others: bool = False) -> None:
        self._view, self._hard_weight, self._ignores_others = view, hard_weight, ignores_preferences_of_others

    def pre_filter(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> PreFilterResult | Status | None:
        """Count the pods that matter."""
        labels = self._view.namespace_labels(_namespace(pod.pod))
        in_use = state.snapshot.terms.required_anti.items()
        unwelcome = tuple((term.topology_key, counts) for term, counts in in_use if term.matches(pod.pod, labels))
        wanted_terms, unwanted_terms = self._within(pod.affinity.required), self._within(pod.affinity.required_anti)
        if not unwelcome and not wanted_terms and not unwanted_terms:
            return SKIP
        wanted = tuple((term.topology_key, _counts(state, wanted_terms, term.topology_key)) for term in wanted_terms)
        unwanted = tuple((term.topology_key, _counts(state, (term,), term.topology_key)) for term in unwanted_terms)
        # The first of a group that wants to be together would wait for ever: it may go anywhere.
        is_first = not any(any(counts.values()) for _, counts in wanted) and matches_all(wanted_terms, pod.pod)
        state.write(_REQUIRED, Required(wanted, unwanted, unwelcome, is_first))
        return None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Turn away a node that is not with the wanted pods, or is with unwanted ones, or with one that wants the pod away."""
        required, labels = state.read(_REQUIRED), node.labels
        for key, counts in required.wanted:
            if key not in labels or not (required.is_first or counts.get(labels[key])):
                return _AFFINITY
        for key, counts in required.unwanted:
            if key in labels and counts.get(labels[key]):
                return _ANTI_AFFINITY
        for key, counts in required.unwelcome:
            if key in labels and counts.get(labels[key]):
                return _OTHERS_ANTI_AFFINITY
        return None

    def pre_score(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> Status | None:
        """Weigh the values of labels by the pods that are there."""
        preferred, preferred_anti = self._within(pod.affinity.preferred), self._within(pod.affinity.preferred_anti)
        if self._ignores_others and not preferred and not preferred_anti:
            return SKIP
        weights: Weights = {}
        for terms, sign in ((preferred, 1), (preferred_anti, -1)):
            for term in terms:
                _weigh(weights, term.topology_key, _counts(state, (term,), term.topology_key), sign * term.weight)
        labels, in_use = self._view.namespace_labels(_namespace(pod.pod)), state.snapshot.terms
        for term, counts in in_use.required.items() if self._hard_weight else ():
            if term.matches(pod.pod, labels):
                _weigh(weights, term.topology_key, counts, self._hard_weight)
        for found, sign in () if self._ignores_others else ((in_use.preferred, 1), (in_use.preferred_anti, -1)):
            for term, counts in found.items():
                if term.matches(pod.pod, labels):
                    _weigh(weights, term.topology_key, counts, sign * term.weight)
        if not weights:
            return SKIP
        state.write(_WEIGHTS, weights)
        return None

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Add up what speaks for the node's labels."""
        labels = node.labels
        return sum([found[labels[key]] for key, found in state.read(_WEIGHTS).items() if labels.get(key) in found])

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


def _counts(state: CycleState, terms: Terms, key: str) -> Mapping[str, int]:
    """Count the pods that all terms mean by the value of a label of their nodes. ``terms``: with their namespaces written out."""
    namespaces = frozenset.intersection(*(term.namespaces for term in terms))
    if len(terms) == 1:
        selector = terms[0].selector
    elif any(term.selector.selects_nothing for term in terms):
        selector = NOTHING
    else:
        selector = selector_of(wanted for term in terms for wanted in term.selector.requirements)
    return state.snapshot.tally(selector, namespaces, of_everyone=True).by_topology(key)


def _weigh(weights: Weights, key: str, counts: Mapping[str, int], weight: int) -> None:
    """Let each pod speak for the value of a label where it is."""
    for value, count in counts.items():
        if count:
            found = weights.setdefault(key, {})
            found[value] = found.get(value, 0) + weight * count


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
