"""Authorization: whether who asks may do what they ask.

The real API server asks the node authorizer and RBAC. Here every default cluster role that a part of this cluster needs
is a few rows of a table, bound to users and groups as kubeadm binds them; roles and bindings as objects take the
``Authorizer``'s place when they are served.

Upstream: ``plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go``,
``staging/src/k8s.io/apiserver/pkg/endpoints/filters/authorization.go``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from cluster.apiserver.request import Request, User
from cluster.machinery.errors import ApiError, forbidden

READ = frozenset({"get", "list", "watch"})
WRITE = frozenset({"create", "update", "patch", "delete", "deletecollection"})
ANY = "*"


class Authorizer(Protocol):
    """Decides about requests. Takes no part in the trace."""

    def allows(self, user: User, request: Request) -> bool:
        """Whether ``user`` may make this request for a resource."""
        ...

    def allows_path(self, user: User, verb: str, path: str) -> bool:
        """Whether ``user`` may ask for a path that names no resource."""
        ...


@dataclass(frozen=True, slots=True)
class Rule:
    """``resources``: ``plural[.group][/subresource]``, or ``*``."""

    resources: frozenset[str]
    verbs: frozenset[str]


def _rule(resources: str, verbs: Iterable[str]) -> Rule:
    return Rule(frozenset(resources.split()), frozenset(verbs))


_EVERYTHING = (_rule(ANY, READ | WRITE),)
_EVENTS = _rule("events", ("create", "patch", "update"))
_SCHEDULER = (
    _EVENTS,
    _rule("nodes pods namespaces replicasets.apps", READ),
    _rule("pods", ("delete",)),
    _rule("pods/binding", ("create",)),
    _rule("pods/status", ("patch", "update")),
    _rule("leases.coordination.k8s.io", READ | {"create", "update", "patch"}),
)
_NODE = (
    _EVENTS,
    _rule("nodes", READ | {"create", "update", "patch"}),
    _rule("nodes/status", ("patch", "update")),
    _rule("pods", READ | {"create", "delete"}),
    _rule("pods/status", ("patch", "update")),
    _rule("pods/eviction", ("create",)),
    _rule("configmaps serviceaccounts", READ),
    _rule("leases.coordination.k8s.io", ("get", "create", "update", "patch", "delete")),
)
_CONTROLLERS = (
    _EVENTS,
    _rule("namespaces nodes pods configmaps serviceaccounts replicasets.apps deployments.apps", READ | WRITE),
    _rule("namespaces/finalize namespaces/status nodes/status pods/status pods/eviction", ("create", "update", "patch")),
    _rule("replicasets.apps/status replicasets.apps/scale deployments.apps/status deployments.apps/scale", ("get", "update", "patch")),
    _rule("events leases.coordination.k8s.io", READ | WRITE),
)

BY_GROUP = {
    "system:masters": _EVERYTHING,
    "kubeadm:cluster-admins": _EVERYTHING,
    "system:nodes": _NODE,
    "system:serviceaccounts:kube-system": _CONTROLLERS,  # each controller acts as an account of its own there
}
BY_USER = {"system:kube-scheduler": _SCHEDULER, "system:kube-controller-manager": _CONTROLLERS}

_PUBLIC_PATHS = ("/healthz", "/livez", "/readyz", "/version")
_DISCOVERY_PATHS = ("/api", "/apis", "/openapi")


class TableAuthorizer:
    """Reads the tables of this module."""

    def __init__(self) -> None:
        self._rules: dict[User, tuple[Rule, ...]] = {}

    def allows(self, user: User, request: Request) -> bool:
        """Whether one of the user's rules has both the resource and the verb."""
        resource = request.kind.qualified
        if request.subresource:
            resource = f"{resource}/{request.subresource}"
        return any(request.verb in rule.verbs and (resource in rule.resources or ANY in rule.resources) for rule in self._rules_of(user))

    def allows_path(self, user: User, verb: str, path: str) -> bool:
        """Anybody may ask for health and version, discovery included here; an administrator for everything."""
        if self._rules_of(user) == _EVERYTHING:
            return True
        readable = _PUBLIC_PATHS + _DISCOVERY_PATHS
        return verb in ("get", "head") and any(path == start or path.startswith(f"{start}/") for start in readable)

    def _rules_of(self, user: User) -> tuple[Rule, ...]:
        if user not in self._rules:
            roles = [BY_USER.get(user.name, ()), *(BY_GROUP.get(group, ()) for group in user.groups)]
            self._rules[user] = _EVERYTHING if _EVERYTHING in roles else tuple(rule for role in roles for rule in role)
        return self._rules[user]


def refuse(user: User, request: Request) -> ApiError:
    """Return the 403 for a request, in upstream's words."""
    kind = request.kind
    resource = f"{kind.plural}/{request.subresource}" if request.subresource else kind.plural
    namespace = request.name if kind.plural == "namespaces" else request.namespace
    where = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
    why = f'User "{user.name}" cannot {request.verb} resource "{resource}" in API group "{kind.group}" {where}'
    return forbidden(kind.group, kind.plural, request.name, why)


def refuse_path(user: User, verb: str, path: str) -> ApiError:
    """Return the 403 for a path, in upstream's words."""
    return ApiError(403, "Forbidden", f'forbidden: User "{user.name}" cannot {verb} path "{path}"')
