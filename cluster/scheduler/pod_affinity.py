"""What a pod says of other pods: required and preferred affinity and anti-affinity, read once.

Upstream: ``staging/src/k8s.io/kube-scheduler/framework/types.go`` (``AffinityTerm``, ``GetAffinityTerms``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cluster.machinery.labels import NOTHING, Selector, selector_from_object
from cluster.machinery.meta import Obj

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AffinityTerm:
    """Pods of some namespaces, and the label of nodes that says what "together" means. ``weight``: of a preferred term, else 0."""

    namespaces: frozenset[str]
    selector: Selector
    topology_key: str
    namespace_selector: Selector
    weight: int = 0

    def matches(self, pod: Obj, namespace_labels: Labels | None) -> bool:
        """Whether a pod is meant; ``namespace_labels``: those of its namespace."""
        meta = pod["metadata"]
        is_in = meta.get("namespace", "") in self.namespaces or self.namespace_selector.matches(namespace_labels)
        return is_in and self.selector.matches(meta.get("labels"))

    def within(self, namespaces: Iterable[tuple[str, Labels]]) -> AffinityTerm:
        """Return the term with the namespaces that its selector finds written out."""
        if self.namespace_selector is NOTHING:
            return self
        found = frozenset(name for name, labels in namespaces if self.namespace_selector.matches(labels))
        return replace(self, namespaces=self.namespaces | found, namespace_selector=NOTHING)


Terms = tuple[AffinityTerm, ...]


@dataclass(frozen=True, slots=True)
class PodAffinity:
    """The four lists of a pod."""

    required: Terms = ()
    required_anti: Terms = ()
    preferred: Terms = ()
    preferred_anti: Terms = ()

    @property
    def is_empty(self) -> bool:
        """Whether the pod does not care."""
        return not (self.required or self.required_anti or self.preferred or self.preferred_anti)


INDIFFERENT = PodAffinity()


def pod_affinity(pod: Obj) -> PodAffinity:
    """Read a pod's affinity to other pods. Raises SelectorError."""
    affinity = pod["spec"].get("affinity") or {}
    together, apart = affinity.get("podAffinity") or {}, affinity.get("podAntiAffinity") or {}
    if not together and not apart:
        return INDIFFERENT
    return PodAffinity(
        _required(pod, together.get("requiredDuringSchedulingIgnoredDuringExecution") or ()),
        _required(pod, apart.get("requiredDuringSchedulingIgnoredDuringExecution") or ()),
        _preferred(pod, together.get("preferredDuringSchedulingIgnoredDuringExecution") or ()),
        _preferred(pod, apart.get("preferredDuringSchedulingIgnoredDuringExecution") or ()),
    )


def matches_all(terms: Terms, pod: Obj, namespace_labels: Labels | None = None) -> bool:
    """Whether every term means the pod; no terms mean nobody."""
    return bool(terms) and all(term.matches(pod, namespace_labels) for term in terms)


def _required(pod: Obj, terms: Sequence[Obj]) -> Terms:
    return tuple(_term(pod, term, 0) for term in terms)


def _preferred(pod: Obj, terms: Sequence[Obj]) -> Terms:
    return tuple(_term(pod, term["podAffinityTerm"], term["weight"]) for term in terms)


def _term(pod: Obj, term: Obj, weight: int) -> AffinityTerm:
    named, selector = term.get("namespaces") or (), term.get("namespaceSelector")
    own = (pod["metadata"].get("namespace", ""),) if not named and selector is None else ()
    return AffinityTerm(
        frozenset((*named, *own)),
        selector_from_object(term.get("labelSelector")),
        term["topologyKey"],
        selector_from_object(selector),
        weight,
    )
