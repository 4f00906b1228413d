"""RBAC: allowed is what a rule of a role allows that was given to whoever asks.

Upstream goes through the rules for each request. Here the rules that are about a kind of request are looked for once for each
subject and remembered until a role or a binding changes: what a controller asks all day costs one look into a dict.

Upstream: ``plugin/pkg/auth/authorizer/rbac/rbac.go``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cluster.apiserver.authorization.attributes import Attributes
from cluster.apiserver.authorization.decision import Decision, Rules
from cluster.apiserver.authorization.rbac.evaluation import covers_resource, names_of, rule_allows
from cluster.apiserver.authorization.rbac.policy import Grant, Policy
from cluster.apiserver.request import User
from cluster.machinery.errors import not_found
from cluster.machinery.kinds.rbac import GROUP

MOST_REMEMBERED = 50_000
"""Kinds of requests; then everything is forgotten."""

_Question = tuple[str, tuple[str, ...], str, str, str, str, str]
_Answers = Decision | tuple[tuple[frozenset[str], Decision], ...]
"""One answer whatever the object's name is, or the names that each rule is about (none: all) with what it decides."""


class RbacAuthorizer:
    """Reads a policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._generation = policy.generation
        self._remembered: dict[_Question, _Answers] = {}

    def authorize(self, attributes: Attributes) -> Decision:
        """Look for a rule that allows it; the reason of a refusal names the roles that do not exist."""
        user, verb, group, _, resource, subresource, namespace, name, _, path = attributes
        if path is not None:
            return self._decide(attributes)
        if self._generation != self._policy.generation or len(self._remembered) > MOST_REMEMBERED:
            self._generation = self._policy.generation
            self._remembered.clear()
        question = (user.name, user.groups, verb, group, resource, subresource, namespace)
        answers = self._remembered.get(question)
        if answers is None:
            answers = self._remembered[question] = self._answers(attributes)
        if isinstance(answers, Decision):
            return answers
        return next(decision for names, decision in answers if not names or name in names)

    def rules_for(self, user: User, namespace: str) -> Rules:
        """Return every rule that somebody was given in the cluster and in a namespace."""
        grants = list(self._policy.grants(user.name, user.groups, namespace))
        errors = tuple(_missing(grant) for grant in grants if grant.rules is None)
        return Rules(tuple(rule for grant in grants for rule in grant.rules or ()), errors)

    def _answers(self, attributes: Attributes) -> _Answers:
        """Return the rules that decide, by name, the last of them about every name; one alone is the answer."""
        found: list[tuple[frozenset[str], Decision]] = []
        grants = self._grants(attributes)
        for grant in grants:
            for rule in grant.rules or ():
                if covers_resource(rule, attributes):
                    names = names_of(rule)
                    found.append((names, _allowed_by(grant)))
                    if not names:
                        return tuple(found) if len(found) > 1 else found[0][1]
        refusal = _refusal(grants)
        return (*found, (frozenset(), refusal)) if found else refusal

    def _decide(self, attributes: Attributes) -> Decision:
        grants = self._grants(attributes)
        return next(self._allowing(grants, attributes), None) or _refusal(grants)

    def _allowing(self, grants: Sequence[Grant], attributes: Attributes) -> Iterator[Decision]:
        return (_allowed_by(grant) for grant in grants for rule in grant.rules or () if rule_allows(rule, attributes))

    def _grants(self, attributes: Attributes) -> list[Grant]:
        return list(self._policy.grants(attributes.user.name, attributes.user.groups, attributes.namespace))


def _allowed_by(grant: Grant) -> Decision:
    return Decision(True, f"RBAC: allowed by {grant.source}")


def _refusal(grants: Sequence[Grant]) -> Decision:
    """Say which roles that were given do not exist."""
    missing = list(dict.fromkeys(_missing(grant) for grant in grants if grant.rules is None))
    if not missing:
        return Decision(False)
    return Decision(False, f"RBAC: {missing[0] if len(missing) == 1 else '[' + ', '.join(missing) + ']'}")


def _missing(grant: Grant) -> str:
    """Upstream's listers name what they look for in the singular."""
    return not_found(GROUP, grant.kind.lower(), grant.name).message
