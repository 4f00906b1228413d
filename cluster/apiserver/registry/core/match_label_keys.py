"""``matchLabelKeys`` and ``mismatchLabelKeys``: a new pod's own values of some labels become part of its selectors.

So a rollout's pods are spread and placed among themselves, without the pods of the template before. The scheduler sees only the
selectors that come of it.

Upstream: ``pkg/registry/core/pod/strategy.go`` (``applyMatchLabelKeysAndMismatchLabelKeys``, ``applyMatchLabelKeysInTopologySpread``).
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.machinery.meta import Obj


def merge_match_label_keys(pod: Obj) -> None:
    """Write the values of the pod's labels into the selectors that ask for them, in place."""
    labels = pod["metadata"].get("labels") or {}
    if labels:
        for term in _terms(pod["spec"]):
            _merge(term, labels)


def _terms(spec: Obj) -> Iterator[Obj]:
    affinity = spec.get("affinity") or {}
    for side in ("podAffinity", "podAntiAffinity"):
        said = affinity.get(side) or {}
        yield from said.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
        for preferred in said.get("preferredDuringSchedulingIgnoredDuringExecution") or ():
            yield preferred.get("podAffinityTerm") or {}
    yield from spec.get("topologySpreadConstraints") or ()


def _merge(term: Obj, labels: Obj) -> None:
    """A term without a selector means no pods, whatever its keys."""
    selector = term.get("labelSelector")
    if selector is None:
        return
    expressions = [
        {"key": key, "operator": operator, "values": [labels[key]]}
        for field, operator in (("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn"))
        for key in term.get(field) or ()
        if key in labels
    ]
    if expressions:
        term["labelSelector"] = {**selector, "matchExpressions": [*(selector.get("matchExpressions") or ()), *expressions]}
