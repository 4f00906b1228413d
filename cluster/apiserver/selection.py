"""Selection: which objects of a kind a list, a watch or a collective deletion means.

Upstream: ``staging/src/k8s.io/apiserver/pkg/storage/selection_predicate.go``; the known field labels are registered in
``pkg/apis/core/v1/conversion.go``.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.apiserver.request import Options
from cluster.apiserver.strategy import Strategy
from cluster.machinery.errors import bad_request
from cluster.machinery.fields import FieldSelector, parse_field_selector
from cluster.machinery.label_requirement import SelectorError
from cluster.machinery.labels import Selector, parse_selector
from cluster.machinery.meta import Obj

_EVERYWHERE = frozenset({"metadata.name", "metadata.namespace"})


@dataclass(frozen=True, slots=True)
class Selection:
    """Labels, fields and namespace (empty: all) that an object must have."""

    strategy: Strategy
    labels: Selector
    fields: FieldSelector
    namespace: str

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing but the namespace."""
        return self.labels.is_empty and self.fields.is_empty

    def matches(self, obj: Obj) -> bool:
        """Whether the object is meant."""
        meta = obj["metadata"]
        if self.namespace and meta.get("namespace") != self.namespace:
            return False
        if not self.labels.is_empty and not self.labels.matches(meta.get("labels")):
            return False
        return self.fields.is_empty or self.fields.matches(self.strategy.selectable_fields(obj))


def select(strategy: Strategy, options: Options, namespace: str) -> Selection:
    """Read the selectors of a request. Raises ApiError 400."""
    try:
        labels = parse_selector(options.label_selector)
        fields = parse_field_selector(options.field_selector)
    except SelectorError as error:
        raise bad_request(str(error)) from None
    for term in fields.terms:
        _check_label(strategy, term.field)
    return Selection(strategy, labels, fields, namespace)


def _check_label(strategy: Strategy, label: str) -> None:
    if label in _EVERYWHERE or label in strategy.field_labels:
        return
    if strategy.field_labels:
        raise bad_request(f"field label not supported: {label}")
    raise bad_request(f'"{label}" is not a known field selector: only "metadata.name", "metadata.namespace"')
