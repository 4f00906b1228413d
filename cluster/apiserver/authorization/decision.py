"""What authorization answers.

Upstream also knows a denial that no later authorizer can lift; no authorizer of a kubeadm cluster uses it.

Upstream: ``staging/src/k8s.io/apiserver/pkg/authorization/authorizer/interfaces.go`` (``Decision``, ``RuleResolver``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cluster.apiserver.authorization.attributes import Attributes
from cluster.apiserver.request import User
from cluster.machinery.meta import Obj


@dataclass(frozen=True, slots=True)
class Decision:
    """``reason``: why, for whoever was refused, or asks in a review; may be empty."""

    is_allowed: bool
    reason: str = ""


ALLOWED = Decision(True)
NO_OPINION = Decision(False)


@dataclass(frozen=True, slots=True)
class Rules:
    """What somebody may do in a namespace: PolicyRules. ``errors``: why they may be incomplete."""

    rules: tuple[Obj, ...] = ()
    errors: tuple[str, ...] = ()
    is_incomplete: bool = False


class Authorizer(Protocol):
    """Decides about requests. Takes no part in the trace."""

    def authorize(self, attributes: Attributes) -> Decision:
        """Say whether somebody may do what they want to."""
        ...

    def rules_for(self, user: User, namespace: str) -> Rules:
        """Return what somebody may do in a namespace, as far as it can be enumerated."""
        ...
