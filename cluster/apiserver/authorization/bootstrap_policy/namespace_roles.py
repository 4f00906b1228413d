"""Roles in the system's own namespaces: for who elects a leader, signs for bootstrapping, or delegates authentication.

Upstream: ``plugin/pkg/auth/authorizer/rbac/bootstrappolicy/namespace_policy.go``.
"""

from __future__ import annotations

from cluster.apiserver.authorization.bootstrap_policy.building import (
    CORE,
    EVENTS_RULE,
    READ,
    as_default,
    binding,
    role,
    rule,
    service_account,
    user,
)
from cluster.machinery.meta import Obj

_SYSTEM, _PUBLIC = "kube-system", "kube-public"
_MANAGER, _SCHEDULER = "kube-controller-manager", "kube-scheduler"
_AUTHENTICATION_READER = "extension-apiserver-authentication-reader"


def _leader_locking(name: str) -> tuple[Obj, ...]:
    return (rule("watch", CORE, "configmaps"), rule("get update", CORE, "configmaps", name))


_ROWS: tuple[tuple[str, str, tuple[Obj, ...], str, tuple[Obj, ...]], ...] = (
    (
        _SYSTEM,
        _AUTHENTICATION_READER,
        (rule(READ, CORE, "configmaps", "extension-apiserver-authentication"),),
        f"system::{_AUTHENTICATION_READER}",
        (user(f"system:{_MANAGER}"), user(f"system:{_SCHEDULER}")),
    ),
    (
        _SYSTEM,
        "system:controller:bootstrap-signer",
        (rule(READ, CORE, "secrets"),),
        "",
        (service_account("bootstrap-signer"),),
    ),
    (
        _SYSTEM,
        "system:controller:cloud-provider",
        (rule(f"create {READ}", CORE, "configmaps"),),
        "",
        (service_account("cloud-provider"),),
    ),
    (
        _SYSTEM,
        "system:controller:token-cleaner",
        (rule(f"{READ} delete", CORE, "secrets"), EVENTS_RULE),
        "",
        (service_account("token-cleaner"),),
    ),
    (
        _SYSTEM,
        f"system::leader-locking-{_MANAGER}",
        _leader_locking(_MANAGER),
        "",
        (user(f"system:{_MANAGER}"), service_account(_MANAGER)),
    ),
    (
        _SYSTEM,
        f"system::leader-locking-{_SCHEDULER}",
        _leader_locking(_SCHEDULER),
        "",
        (user(f"system:{_SCHEDULER}"), service_account(_SCHEDULER)),
    ),
    (
        _PUBLIC,
        "system:controller:bootstrap-signer",
        (rule(READ, CORE, "configmaps"), rule("update", CORE, "configmaps", "cluster-info"), EVENTS_RULE),
        "",
        (service_account("bootstrap-signer"),),
    ),
)
"""Namespace, role, rules, the binding's name where it is not the role's, and whom it is given to."""

NAMESPACE_ROLES: tuple[Obj, ...] = tuple(as_default(role(name, rules, namespace=namespace)) for namespace, name, rules, _, _ in _ROWS)
NAMESPACE_ROLE_BINDINGS: tuple[Obj, ...] = tuple(
    as_default(binding(bound or name, role(name, rules, namespace=namespace), *subjects, namespace=namespace))
    for namespace, name, rules, bound, subjects in _ROWS
)
