"""Whether somebody's rules allow at least what other rules allow; and how what is missing is told.

Upstream: ``staging/src/k8s.io/component-helpers/auth/rbac/validation/policy_comparator.go``,
``pkg/registry/rbac/validation/policy_compact.go``, ``pkg/apis/rbac/v1/evaluation_helpers.go`` (``CompactString``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from cluster.apiserver.authorization.rbac.evaluation import ALL
from cluster.machinery.errors import quote
from cluster.machinery.meta import Obj

_SHOWN = (
    ("APIGroups", "apiGroups"),
    ("Resources", "resources"),
    ("NonResourceURLs", "nonResourceURLs"),
    ("ResourceNames", "resourceNames"),
    ("Verbs", "verbs"),
)


def missing_rules(owned: Sequence[Obj], wanted: Iterable[Obj]) -> list[Obj]:
    """Return what ``wanted`` allows and ``owned`` does not: rules about one verb of one thing each."""
    return [single for rule in wanted for single in _broken_down(rule) if not any(_covers(own, single) for own in owned)]


def compacted(singles: Iterable[Obj]) -> list[Obj]:
    """Put the verbs of rules together that are about the same resource and no names."""
    others: list[Obj] = []
    simple: dict[tuple[str, str], Obj] = {}
    for rule in singles:
        if "resourceNames" in rule or "nonResourceURLs" in rule:
            others.append(rule)
            continue
        key = rule["apiGroups"][0], rule["resources"][0]
        simple[key] = {**rule, "verbs": [*simple[key]["verbs"], *rule["verbs"]]} if key in simple else rule
    return [*others, *simple.values()]


def described(rule: Obj) -> str:
    """Write a rule as messages show it: ``{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}``."""
    return "{" + ", ".join(f"{shown}:{quoted(rule[field])}" for shown, field in _SHOWN if rule.get(field)) + "}"


def quoted(texts: Iterable[str]) -> str:
    """Write a list of texts as Go's ``%q`` does: ``["a" "b"]``."""
    return "[" + " ".join(quote(text) for text in texts) + "]"


def _broken_down(rule: Obj) -> Iterator[Obj]:
    verbs = rule.get("verbs") or ()
    for group, resource, verb in product(rule.get("apiGroups") or (), rule.get("resources") or (), verbs):
        single = {"apiGroups": [group], "resources": [resource], "verbs": [verb]}
        names = rule.get("resourceNames")
        yield from ({**single, "resourceNames": [name]} for name in names) if names else (single,)
    for url, verb in product(rule.get("nonResourceURLs") or (), verbs):
        yield {"nonResourceURLs": [url], "verbs": [verb]}


def _covers(own: Obj, single: Obj) -> bool:
    if not _has(own, "verbs", single["verbs"][0]):
        return False
    if "nonResourceURLs" in single:
        return any(_covers_path(url, single["nonResourceURLs"][0]) for url in own.get("nonResourceURLs") or ())
    names, wanted = own.get("resourceNames") or (), single.get("resourceNames") or ()
    if names and (not wanted or wanted[0] not in names):
        return False
    return _has(own, "apiGroups", single["apiGroups"][0]) and _covers_resource(own.get("resources") or (), single["resources"][0])


def _has(rule: Obj, field: str, wanted: str) -> bool:
    values = rule.get(field) or ()
    return ALL in values or wanted in values


def _covers_resource(resources: Sequence[str], wanted: str) -> bool:
    _, slash, subresource = wanted.partition("/")
    return ALL in resources or wanted in resources or (bool(slash) and f"{ALL}/{subresource}" in resources)


def _covers_path(own: str, wanted: str) -> bool:
    return own == wanted or (own.endswith(ALL) and wanted.startswith(own.rstrip(ALL)))
