"""Evaluators: what an object of a kind counts for, and which quotas are about it. Most kinds are only counted.

Upstream: ``pkg/quota/v1/evaluator/core/registry.go``, ``staging/src/k8s.io/apiserver/pkg/quota/v1/generic/evaluator.go``.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from typing import Protocol

from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.quota.amounts import ONE, Amounts
from cluster.machinery.quota.claim_evaluator import ClaimEvaluator
from cluster.machinery.quota.pod_evaluator import PodEvaluator
from cluster.machinery.quota.service_evaluator import ServiceEvaluator

_IGNORED = frozenset({("", "events"), ("events.k8s.io", "events")})
_OLD_NAMES = frozenset({"configmaps", "resourcequotas", "replicationcontrollers", "secrets"})
"""Core resources that are also counted under their bare name."""


class Evaluator(Protocol):
    """One kind's. ``names`` and ``required``: resource names of quotas."""

    def handles(self, operation: str, subresource: str) -> bool:
        """Whether such a request can change what is used."""
        ...

    def matching(self, names: Collection[str]) -> list[str]:
        """Return those names that objects of the kind count for."""
        ...

    def missing(self, required: Collection[str], obj: Obj) -> str:
        """Return what an object has to say and does not, as a clause; an empty text for nothing."""
        ...

    def matches_scope(self, requirement: Obj, obj: Obj) -> bool:
        """Whether an object is within one requirement of a scope selector."""
        ...

    def usage(self, obj: Obj, now: SimTime) -> Amounts:
        """Return what an object counts for."""
        ...


class CountEvaluator:
    """Counts the objects of a kind: ``count/deployments.apps``."""

    def __init__(self, kind: Kind) -> None:
        names = [f"count/{kind.qualified}", *([kind.plural] if not kind.group and kind.plural in _OLD_NAMES else [])]
        self._usage = dict.fromkeys(names, ONE)

    def handles(self, operation: str, subresource: str) -> bool:
        """New objects."""
        return operation == "CREATE" and not subresource

    def matching(self, names: Collection[str]) -> list[str]:
        """Return the names that the kind is counted under."""
        return [name for name in names if name in self._usage]

    def missing(self, required: Collection[str], obj: Obj) -> str:
        """Nothing is asked of an object."""
        return ""

    def matches_scope(self, requirement: Obj, obj: Obj) -> bool:
        """Scopes are about pods and claims."""
        return False

    def usage(self, obj: Obj, now: SimTime) -> Amounts:
        """Return one."""
        return self._usage


_OWN: Mapping[tuple[str, str], Evaluator] = {
    ("", "pods"): PodEvaluator(),
    ("", "services"): ServiceEvaluator(),
    ("", "persistentvolumeclaims"): ClaimEvaluator(),
}


@functools.cache
def evaluator_of(kind: Kind) -> Evaluator | None:
    """Return the evaluator of a kind, None for one that no quota counts."""
    resource = kind.group, kind.plural
    if not kind.namespaced or resource in _IGNORED:
        return None
    return _OWN.get(resource) or CountEvaluator(kind)


def scope_requirements(quota: Obj) -> list[Obj]:
    """Return the scopes of a quota and the requirements of its selector in one form."""
    spec = quota["spec"]
    scopes = [{"scopeName": scope, "operator": "Exists"} for scope in spec.get("scopes") or ()]
    return [*scopes, *((spec.get("scopeSelector") or {}).get("matchExpressions") or ())]


def is_within_scopes(quota: Obj, evaluator: Evaluator, obj: Obj) -> bool:
    """Whether an object is within every scope of a quota."""
    return all(evaluator.matches_scope(requirement, obj) for requirement in scope_requirements(quota))
