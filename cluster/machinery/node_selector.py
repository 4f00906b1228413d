"""Which nodes a pod may run on: its nodeSelector and node affinity.

Upstream: ``staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cluster.machinery.label_requirement import (
    DOES_NOT_EXIST,
    EXISTS,
    GREATER_THAN,
    IN,
    LESS_THAN,
    NOT_IN,
    Requirement,
    SelectorError,
    requirement,
)
from cluster.machinery.meta import Obj

_OPERATORS = {"In": IN, "NotIn": NOT_IN, "Exists": EXISTS, "DoesNotExist": DOES_NOT_EXIST, "Gt": GREATER_THAN, "Lt": LESS_THAN}
_NAME = "metadata.name"


@dataclass(frozen=True, slots=True)
class Term:
    """One alternative: all of its requirements must hold. One without any holds for no node."""

    labels: tuple[Requirement, ...]
    fields: tuple[Requirement, ...]

    def matches(self, name: str, labels: Mapping[str, str]) -> bool:
        """Whether a node suits."""
        if not self.labels and not self.fields:
            return False
        return all(wanted.matches(labels) for wanted in self.labels) and all(wanted.matches({_NAME: name}) for wanted in self.fields)


@dataclass(frozen=True, slots=True)
class RequiredNodeAffinity:
    """What a pod demands: every pair of its nodeSelector, and one of its terms (None: no affinity was given)."""

    selector: tuple[tuple[str, str], ...] = ()
    terms: tuple[Term, ...] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether every node suits."""
        return not self.selector and self.terms is None

    def matches(self, name: str, labels: Mapping[str, str]) -> bool:
        """Whether a node suits."""
        if any(labels.get(key) != value for key, value in self.selector):
            return False
        return self.terms is None or any(term.matches(name, labels) for term in self.terms)

    def matches_node(self, node: Obj) -> bool:
        """Whether a Node object suits."""
        return self.matches(node["metadata"].get("name", ""), node["metadata"].get("labels") or {})


def compile_term(term: Obj) -> Term:
    """Read a NodeSelectorTerm. Raises SelectorError when a requirement is not valid."""
    return Term(_requirements(term.get("matchExpressions") or ()), _field_requirements(term.get("matchFields") or ()))


def required_affinity(pod: Obj) -> RequiredNodeAffinity:
    """Return what a pod demands of its node. A term that is not valid is left out: no node matches it."""
    spec = pod["spec"]
    required = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get("requiredDuringSchedulingIgnoredDuringExecution")
    selector = tuple((spec.get("nodeSelector") or {}).items())
    return RequiredNodeAffinity(selector, None if required is None else _valid_terms(required.get("nodeSelectorTerms") or ()))


def _valid_terms(terms: Sequence[Obj]) -> tuple[Term, ...]:
    compiled: list[Term] = []
    for term in terms:
        try:
            compiled.append(compile_term(term))
        except SelectorError:
            continue
    return tuple(compiled)


def _field_requirements(expressions: Sequence[Obj]) -> tuple[Requirement, ...]:
    """Only the node's name can be asked for, and only for one at a time."""
    for expression in expressions:
        if expression["operator"] not in ("In", "NotIn"):
            raise SelectorError(f"{expression['operator']!r} is not a valid node field selector operator")
        if len(expression.get("values") or ()) != 1:
            raise SelectorError("must have one element")
    return _requirements(expressions)


def _requirements(expressions: Sequence[Obj]) -> tuple[Requirement, ...]:
    made: list[Requirement] = []
    for expression in expressions:
        operator = _OPERATORS.get(expression["operator"])
        if operator is None:
            raise SelectorError(f"{expression['operator']!r} is not a valid node selector operator")
        made.append(requirement(expression["key"], operator, tuple(expression.get("values") or ())))
    return tuple(made)
