"""Authorization: whether who asks may do what they ask.

The real API server asks the node authorizer and RBAC. Here every default cluster role that a part of this cluster needs
is a few rows of a table, bound to users and groups as kubeadm binds them; roles and bindings as objects take the
``Authorizer``'s place when they are served.

Upstream: ``plugin/pkg/auth/authorizer/rbac/bootstrappolicy/{policy,controller_policy}.go``,
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

    def allows_impersonation(self, user: User) -> bool:
        """Whether ``user`` may ask in somebody else's name."""
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
_CONTROLLER_MANAGER = (_EVENTS, _rule(ANY, READ), _rule("serviceaccounts", ("create",)))
_CONTROLLERS = {
    "deployment-controller": (
        _rule("deployments.apps", (*READ, "update")),
        _rule("deployments.apps/status", ("update",)),
        _rule("replicasets.apps", (*READ, "create", "delete", "patch", "update")),
        _rule("pods", (*READ, "update")),
    ),
    "replicaset-controller": (
        _rule("replicasets.apps", (*READ, "update")),
        _rule("replicasets.apps/status", ("update",)),
        _rule("pods", (*READ, "create", "delete", "patch")),
    ),
    "namespace-controller": (
        _rule("namespaces", (*READ, "delete")),
        _rule("namespaces/finalize namespaces/status", ("update",)),
        _rule(ANY, ("get", "list", "delete", "deletecollection")),
    ),
    "service-account-controller": (_rule("serviceaccounts", ("create",)),),
    "root-ca-cert-publisher": (_rule("configmaps", ("create", "update")),),
    "node-controller": (
        _rule("nodes", ("get", "list", "update", "delete", "patch")),
        _rule("nodes/status", ("patch", "update")),
        _rule("pods", ("get", "list", "delete")),
        _rule("pods/status", ("patch", "update")),
    ),
    "pod-garbage-collector": (_rule("pods", (*READ, "delete")), _rule("nodes", ("get", "list")), _rule("pods/status", ("patch",))),
    "generic-garbage-collector": (_rule(ANY, (*READ, "patch", "update", "delete")),),
}
"""The roles ``system:controller:<name>``, each bound to the controller's own account in kube-system."""

BY_GROUP = {"system:masters": _EVERYTHING, "kubeadm:cluster-admins": _EVERYTHING, "system:nodes": _NODE}
BY_USER = {
    "system:kube-scheduler": _SCHEDULER,
    "system:kube-controller-manager": _CONTROLLER_MANAGER,
    **{f"system:serviceaccount:kube-system:{account}": (_EVENTS, *rules) for account, rules in _CONTROLLERS.items()},
}

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

    def allows_impersonation(self, user: User) -> bool:
        """Only an administrator may: no default role of a component has the verb."""
        return self._rules_of(user) == _EVERYTHING

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


def refuse_impersonation(user: User, wanted: User) -> ApiError:
    """Return the 403 for a request in somebody else's name, in upstream's words."""
    why = f'User "{user.name}" cannot impersonate resource "users" in API group "" at the cluster scope'
    return forbidden("", "users", wanted.name, why)


def refuse_path(user: User, verb: str, path: str) -> ApiError:
    """Return the 403 for a path, in upstream's words."""
    return ApiError(403, "Forbidden", f'forbidden: User "{user.name}" cannot {verb} path "{path}"')
