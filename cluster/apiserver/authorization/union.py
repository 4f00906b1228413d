"""Several authorizers in a row, and the group that may do everything.

Upstream: ``staging/src/k8s.io/apiserver/pkg/authorization/union/union.go``, ``.../authorizerfactory/builtin.go``
(``NewPrivilegedGroups``).
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apiserver.authorization.attributes import Attributes
from cluster.apiserver.authorization.decision import ALLOWED, NO_OPINION, Authorizer, Decision, Rules
from cluster.apiserver.request import User

MASTERS = "system:masters"
"""Who holds a certificate of this group can not be refused anything, whatever becomes of roles and bindings."""


class PrivilegedGroup:
    """Allows everything to the members of one group."""

    def __init__(self, group: str) -> None:
        self._group = group

    def authorize(self, attributes: Attributes) -> Decision:
        """Allow members, have no opinion of others."""
        return ALLOWED if self._group in attributes.user.groups else NO_OPINION

    def rules_for(self, user: User, namespace: str) -> Rules:
        """Know of no rule: membership is none."""
        return Rules()


class UnionAuthorizer:
    """Allows what one of its authorizers allows; who is refused hears the reasons of all."""

    def __init__(self, authorizers: Sequence[Authorizer]) -> None:
        self._authorizers = tuple(authorizers)

    def authorize(self, attributes: Attributes) -> Decision:
        """Ask one after the other until one allows."""
        reasons: list[str] = []
        for authorizer in self._authorizers:
            decision = authorizer.authorize(attributes)
            if decision.is_allowed:
                return decision
            if decision.reason:
                reasons.append(decision.reason)
        return Decision(False, "\n".join(reasons))

    def rules_for(self, user: User, namespace: str) -> Rules:
        """Return the rules of all."""
        found = [authorizer.rules_for(user, namespace) for authorizer in self._authorizers]
        return Rules(
            tuple(rule for each in found for rule in each.rules),
            tuple(error for each in found for error in each.errors),
            any(each.is_incomplete for each in found),
        )
