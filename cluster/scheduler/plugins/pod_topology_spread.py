"""PodTopologySpread: pods of a kind spread over nodes, zones or whatever label says where a node is.

Hard constraints turn nodes away; soft ones prefer topologies with fewer of the pods. A pod without constraints that belongs to a
Service or a workload is spread softly over nodes and zones.

Upstream: ``pkg/scheduler/framework/plugins/podtopologyspread/{plugin,filtering,scoring}.go``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cluster.machinery.labels import EVERYTHING
from cluster.machinery.meta import Obj
from cluster.machinery.node_selector import RequiredNodeAffinity, required_affinity
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
from cluster.scheduler.snapshot import Tally
from cluster.scheduler.topology_spread import (
    HARD,
    HOSTNAME,
    SOFT,
    SYSTEM_DEFAULTS,
    Constraint,
    constraints_from,
    constraints_of,
    has_every_topology,
)

_SKEW = "node(s) didn't match pod topology spread constraints"
_TOO_SKEWED = unschedulable(_SKEW)
_NO_LABEL = unresolvable(f"{_SKEW} (missing required label)")

Counts = dict[str, int]
"""Pods by value of a topology key."""


@dataclass(frozen=True, slots=True)
class Hard:
    """A constraint that turns nodes away: the pods of each topology, and how many there may be where the pod goes."""

    topology_key: str
    counts: Mapping[str, int]
    most: int


@dataclass(frozen=True, slots=True)
class Soft:
    """The constraints that rank nodes, each with a weight that makes up for few topologies. ``ignored``: nodes that lack a label."""

    constraints: tuple[Constraint, ...]
    counts: tuple[Counts, ...]
    tallies: tuple[Tally, ...]
    weights: tuple[float, ...]
    ignored: frozenset[str]


_HARD: StateKey[list[Hard]] = StateKey("PreFilterPodTopologySpread")
_SOFT: StateKey[Soft] = StateKey("PreScorePodTopologySpread")


class PodTopologySpread(PreFilterPlugin, FilterPlugin, PreScorePlugin, ScorePlugin):
    """``defaults``: constraints of pods that have none; None: the system's."""

    name = "PodTopologySpread"
    counts_pods = True

    def __init__(self, view: ClusterView, *, defaults: Sequence[Obj] | None = None) -> None:
        self._view = view
        self._defaults = SYSTEM_DEFAULTS if defaults is None else tuple(defaults)
        self._has_system_defaults = defaults is None

    def pre_filter(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> PreFilterResult | Status | None:
        """Count the pods of each topology."""
        constraints = self._constraints(pod, HARD)
        if not constraints:
            return SKIP
        required, labels, snapshot = required_affinity(pod.pod), pod.pod["metadata"].get("labels"), state.snapshot
        are_everywhere = all(snapshot.topologies(constraint.topology_key).are_everywhere for constraint in constraints)
        hard = []
        for constraint, tally in zip(constraints, _tallies(state, constraints, pod), strict=True):
            key, counts = constraint.topology_key, tally.by_topology(constraint.topology_key)
            if are_everywhere and constraint.counts_all(required):
                domains = snapshot.topologies(key).count
            else:
                counts = _count(constraint, tally, pod, [node for node in nodes if has_every_topology(node, constraints)], required)
                domains = len(counts)
            # A topology without pods may be missing among the counts, which makes it the emptiest one.
            least = min(counts.values(), default=0) if domains >= constraint.min_domains and len(counts) >= domains else 0
            hard.append(Hard(key, counts, constraint.max_skew + least - constraint.selector.matches(labels)))
        state.write(_HARD, hard)
        return None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Turn away a node whose topology would be too far ahead of the emptiest."""
        for hard in state.read(_HARD):
            value = node.labels.get(hard.topology_key)
            if value is None:
                return _NO_LABEL
            if hard.counts.get(value, 0) > hard.most:
                return _TOO_SKEWED
        return None

    def pre_score(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> Status | None:
        """Count the pods of the topologies of the feasible nodes."""
        constraints = self._constraints(pod, SOFT)
        if not constraints or not nodes:
            return SKIP
        needs_every = bool(pod.spec.get("topologySpreadConstraints")) or not self._has_system_defaults
        ignored = frozenset(node.name for node in nodes if needs_every and not has_every_topology(node, constraints))
        counts: tuple[Counts, ...] = tuple({} for _ in constraints)
        ranked = [node.labels for node in nodes if node.name not in ignored] if ignored else [node.labels for node in nodes]
        for found, constraint in zip(counts, constraints, strict=True):
            if constraint.topology_key != HOSTNAME:
                found.update(dict.fromkeys([labels.get(constraint.topology_key, "") for labels in ranked], 0))
        sizes = [len(nodes) - len(ignored) if c.topology_key == HOSTNAME else len(counts[i]) for i, c in enumerate(constraints)]
        tallies = _tallies(state, constraints, pod)
        required = required_affinity(pod.pod)
        for index, constraint in enumerate(constraints):
            if counts[index]:
                where = constraints if needs_every else ()
                _count_soft(counts[index], constraint, tallies[index], pod, required, where)
        state.write(_SOFT, Soft(constraints, counts, tallies, tuple(math.log(size + 2) for size in sizes), ignored))
        return None

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Return how many pods are where the node is, weighed: fewer are better, see ``normalize``."""
        return self.scores(state, pod, (node,))[0]

    def scores(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> list[int]:
        """The same of each node."""
        soft = state.read(_SOFT)
        totals = [0.0] * len(nodes)
        for constraint, counts, tally, weight in zip(soft.constraints, soft.counts, soft.tallies, soft.weights, strict=True):
            key, slack, is_of_nodes = constraint.topology_key, constraint.max_skew - 1, constraint.topology_key == HOSTNAME
            for index, node in enumerate(nodes):
                value = node.labels.get(key)
                if value is not None:
                    count = tally.on(node) if is_of_nodes else counts.get(value, 0)
                    totals[index] += count * weight + slack
        if soft.ignored:
            return [0 if node.name in soft.ignored else math.floor(total + 0.5) for node, total in zip(nodes, totals, strict=True)]
        return [math.floor(total + 0.5) for total in totals]

    def normalize(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], scores: list[int]) -> list[int]:
        """Turn the sums round, so that the emptiest topology gets most; a node without the labels gets nothing."""
        ignored = state.read(_SOFT).ignored
        counted = [score for node, score in zip(nodes, scores, strict=True) if node.name not in ignored] if ignored else scores
        lowest, highest = min(counted, default=0), max(counted, default=0)
        most = highest + lowest
        turned = [MAX_NODE_SCORE * (most - score) // highest for score in scores] if highest else [MAX_NODE_SCORE] * len(scores)
        return [0 if node.name in ignored else score for node, score in zip(nodes, turned, strict=True)] if ignored else turned

    def events_to_register(self) -> tuple[Interest, ...]:
        """Pods that come, go or get other labels or tolerations, and nodes that come, go or get other labels or taints."""
        of_pods = Action.ADD | Action.DELETE | Action.UPDATE_POD_LABEL | Action.UPDATE_POD_TOLERATION
        of_nodes = Action.ADD | Action.DELETE | Action.UPDATE_NODE_LABEL | Action.UPDATE_NODE_TAINT
        return (
            Interest(Resource.POD, of_pods, self.is_schedulable_after_pod_change),
            Interest(Resource.NODE, of_nodes, self.is_schedulable_after_node_change),
        )

    def is_schedulable_after_node_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When a topology has come, gone or changed, or which taints keep pods out of it."""
        constraints = self._constraints(pod, HARD)
        before, now = _topologies(old, constraints), _topologies(new, constraints)
        return before != now or (now is not None and _taints(old) != _taints(new))

    def is_schedulable_after_pod_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When a pod that counts has come, gone or changed its labels, or this one tolerates more of what keeps pods out of a topology."""
        if any(other is not None and not _is_involved(other, pod.pod) for other in (old, new)):
            return False
        constraints = self._constraints(pod, HARD)
        if old is not None and new is not None and new["metadata"].get("uid") == pod.pod["metadata"].get("uid"):
            is_tolerating_more = old["spec"].get("tolerations") != new["spec"].get("tolerations")
            if is_tolerating_more and any(constraint.honors_taints for constraint in constraints):
                return True
        return _counts_for(old, constraints) != _counts_for(new, constraints)

    def _constraints(self, pod: PodInfo, action: str) -> tuple[Constraint, ...]:
        if pod.spec.get("topologySpreadConstraints"):
            return constraints_of(pod.pod, action)
        defaults = [entry for entry in self._defaults if entry["whenUnsatisfiable"] == action]
        selector = self._view.spreading_selector(pod.pod) if defaults else EVERYTHING
        return () if selector.is_empty else constraints_from(defaults, action, {}, selector)


def _count(constraint: Constraint, tally: Tally, pod: PodInfo, nodes: Iterable[NodeInfo], required: RequiredNodeAffinity) -> Counts:
    """Count the pods of nodes that have the label into topologies; topologies without pods are there, too."""
    found: Counts = {}
    for node in nodes:
        value = node.labels[constraint.topology_key]
        if constraint.counts(pod, node, required):
            found[value] = found.get(value, 0) + tally.on(node)
    return found


def _count_soft(
    counts: Counts, constraint: Constraint, tally: Tally, pod: PodInfo, required: RequiredNodeAffinity, needed: Sequence[Constraint]
) -> None:
    """Count pods into the topologies that are in ``counts``. ``needed``: a node counts when it has the labels of all of them."""
    if constraint.counts_all(required) and len(needed) < 2:
        found = tally.by_topology(constraint.topology_key)
        counts.update((value, found.get(value, 0)) for value in tuple(counts))
        return
    for name, count in tally.by_node.items():
        node = tally.nodes[name]
        value = node.labels.get(constraint.topology_key, "")
        if value in counts and has_every_topology(node, needed) and constraint.counts(pod, node, required):
            counts[value] += count


def _tallies(state: CycleState, constraints: Sequence[Constraint], pod: PodInfo) -> tuple[Tally, ...]:
    namespaces = frozenset((pod.pod["metadata"].get("namespace", ""),))
    return tuple(state.snapshot.tally(constraint.selector, namespaces) for constraint in constraints)


def _topologies(node: Obj | None, constraints: Sequence[Constraint]) -> tuple[str, ...] | None:
    """Return where a node is, None when it lacks a label (or is not there)."""
    labels = (node or {"metadata": {}})["metadata"].get("labels") or {}
    if any(constraint.topology_key not in labels for constraint in constraints):
        return None
    return tuple(labels[constraint.topology_key] for constraint in constraints)


def _taints(node: Obj | None) -> list[Obj]:
    return (node or {"spec": {}})["spec"].get("taints") or []


def _counts_for(pod: Obj | None, constraints: Sequence[Constraint]) -> list[bool]:
    """Return for each constraint whether it counts the pod."""
    return [pod is not None and constraint.selector.matches(pod["metadata"].get("labels")) for constraint in constraints]


def _is_involved(other: Obj, pod: Obj) -> bool:
    if other["metadata"].get("uid") == pod["metadata"].get("uid"):
        return True
    return takes_room(other) and other["metadata"].get("namespace") == pod["metadata"].get("namespace")
