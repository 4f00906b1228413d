"""The nodes of a cluster, with what would take too long to find out for each pod.

Differs from upstream in that it is no copy: it is told of every pod that comes and goes.

Upstream: ``pkg/scheduler/backend/cache/snapshot.go``.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cluster.machinery.labels import Selector
from cluster.scheduler.node_info import Likeness, NodeInfo, PodInfo
from cluster.scheduler.pod_affinity import AffinityTerm, PodAffinity

MAX_TALLIES = 16
"""So many selectors are counted for all the time; the one that was not asked for longest is forgotten."""


class Tally:
    """How many pods of some namespaces a selector means, node by node. Pods with the same labels are judged once. ``of_everyone``: those
    that are going count, too, and an empty selector means everybody instead of nobody. ``nodes``: those with such pods."""

    def __init__(self, selector: Selector, namespaces: frozenset[str], nodes: Iterable[NodeInfo], *, of_everyone: bool = False) -> None:
        self._selector, self._namespaces, self._of_everyone = selector, namespaces, of_everyone
        self._is_of_nobody = selector.is_empty and not of_everyone
        self._judged: dict[Likeness, bool] = {}
        self._by_key: dict[str, Counter[str]] = {}
        self.by_node: dict[str, int] = {}
        self.nodes: dict[str, NodeInfo] = {}
        for node in () if self._is_of_nobody else nodes:
            count = sum(count for likeness, count in node.alike.items() if self._means(likeness))
            if count:
                self.by_node[node.name], self.nodes[node.name] = count, node

    def on(self, node: NodeInfo) -> int:
        """Return the pods of a node."""
        return self.by_node.get(node.name, 0)

    def by_topology(self, key: str) -> Mapping[str, int]:
        """Return the pods by the value of a label of their nodes."""
        counts = self._by_key.get(key)
        if counts is None:
            counts = self._by_key[key] = Counter()
            for name, count in self.by_node.items():
                value = self.nodes[name].labels.get(key)
                if value is not None:
                    counts[value] += count
        return counts

    def pod_changed(self, node: NodeInfo, likeness: Likeness, sign: int) -> None:
        """Count a pod in (``sign`` 1) or out (-1)."""
        if self._is_of_nobody or not self._means(likeness):
            return
        left = self.by_node.get(node.name, 0) + sign
        if left:
            self.by_node[node.name], self.nodes[node.name] = left, node
        else:
            del self.by_node[node.name], self.nodes[node.name]
        for key, counts in self._by_key.items():
            value = node.labels.get(key)
            if value is not None:
                counts[value] += sign

    def _means(self, likeness: Likeness) -> bool:
        judged = self._judged.get(likeness)
        if judged is None:
            namespace, labels, is_going = likeness
            counts = namespace in self._namespaces and (self._of_everyone or not is_going)
            judged = self._judged[likeness] = counts and self._selector.matches(dict(labels))
        return judged


TermCounts = dict[AffinityTerm, Counter[str]]
"""Pods that have a term in their affinity, by the value of its label on their nodes."""


class TermsInUse:
    """What the pods of some nodes say of others, counted term by term, so that a term of many pods is judged once."""

    def __init__(self, nodes: Iterable[NodeInfo]) -> None:
        self.required: TermCounts = {}
        self.required_anti: TermCounts = {}
        self.preferred: TermCounts = {}
        self.preferred_anti: TermCounts = {}
        for node in nodes:
            for pod in node.pods_with_affinity.values():
                self.pod_changed(node, pod.affinity, 1)

    def pod_changed(self, node: NodeInfo, affinity: PodAffinity, sign: int) -> None:
        """Count the terms of a pod in (``sign`` 1) or out (-1)."""
        for found, terms in (
            (self.required, affinity.required),
            (self.required_anti, affinity.required_anti),
            (self.preferred, affinity.preferred),
            (self.preferred_anti, affinity.preferred_anti),
        ):
            for term in terms:
                value = node.labels.get(term.topology_key)
                if value is not None:
                    counts = found.setdefault(term, Counter())
                    counts[value] += sign
                    if not counts[value]:
                        del counts[value]
                    if not counts:
                        del found[term]


@dataclass(frozen=True, slots=True)
class Topologies:
    """How many values a label of nodes has, and whether every node has it."""

    count: int
    are_everywhere: bool


class Snapshot:
    """``nodes``: all of them, in order of arrival; ``images``: on how many nodes each is."""

    def __init__(self, nodes: Sequence[NodeInfo]) -> None:
        self.nodes = nodes
        self.images: Counter[str] = Counter(name for node in nodes for name in node.images)
        self._with_affinity = {node.name: node for node in nodes if node.pods_with_affinity}
        self._topologies: dict[str, Topologies] = {}
        self._terms: TermsInUse | None = None
        self._tallies: OrderedDict[tuple[Selector, frozenset[str], bool], Tally] = OrderedDict()

    @property
    def terms(self) -> TermsInUse:
        """What pods say of other pods."""
        if self._terms is None:
            self._terms = TermsInUse(self._with_affinity.values())
        return self._terms

    def tally(self, selector: Selector, namespaces: frozenset[str], *, of_everyone: bool = False) -> Tally:
        """Count the pods of some namespaces that a selector means."""
        key = selector, namespaces, of_everyone
        tally = self._tallies.get(key)
        if tally is None:
            tally = self._tallies[key] = Tally(selector, namespaces, self.nodes, of_everyone=of_everyone)
        self._tallies.move_to_end(key)
        if len(self._tallies) > MAX_TALLIES:
            self._tallies.popitem(last=False)
        return tally

    def topologies(self, key: str) -> Topologies:
        """Return what there is of a label; nodes whose labels change make another snapshot."""
        found = self._topologies.get(key)
        if found is None:
            values = [node.labels.get(key) for node in self.nodes]
            found = self._topologies[key] = Topologies(len({*values} - {None}), None not in values)
        return found

    def with_node(self, changed: NodeInfo) -> Snapshot:
        """Return a copy for a cluster in which one node is as it would be."""
        copied = Snapshot(())
        copied.nodes = [changed if node.name == changed.name else node for node in self.nodes]
        copied.images, copied._with_affinity, copied._topologies = self.images, dict(self._with_affinity), self._topologies
        copied._note_affinity(changed)
        return copied

    def pod_changed(self, node: NodeInfo, pod: PodInfo, sign: int) -> None:
        """Note that a pod has come to a node (``sign`` 1) or gone from it (-1)."""
        self._note_affinity(node)
        if self._terms is not None and not pod.affinity.is_empty:
            self._terms.pod_changed(node, pod.affinity, sign)
        for tally in self._tallies.values():
            tally.pod_changed(node, pod.likeness, sign)

    def images_changed(self, before: Iterable[str], after: Iterable[str]) -> None:
        """Count the images of a node anew."""
        self.images.subtract(iter(before))
        self.images.update(iter(after))

    def _note_affinity(self, node: NodeInfo) -> None:
        if node.pods_with_affinity:
            self._with_affinity[node.name] = node
        else:
            self._with_affinity.pop(node.name, None)
