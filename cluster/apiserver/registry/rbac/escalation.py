"""Nobody gives away more than they have: whoever writes a role must hold its rules, whoever binds one must hold them, too.

The verbs ``escalate`` on a role and ``bind`` on what is bound allow it all the same; to use an aggregation rule one must hold
everything, since it gathers what others will write.

Upstream: ``pkg/registry/rbac/escalation_check.go``, ``pkg/registry/rbac/*/policybased/storage.go``,
``pkg/registry/rbac/validation/rule.go`` (``ConfirmNoEscalation``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cluster.apiserver.authorization.attributes import Attributes
from cluster.apiserver.authorization.decision import Authorizer
from cluster.apiserver.authorization.rbac.coverage import compacted, described, missing_rules, quoted
from cluster.apiserver.authorization.rbac.policy import Policy
from cluster.apiserver.authorization.union import MASTERS
from cluster.apiserver.call import Call
from cluster.apiserver.registry.store import Guard
from cluster.apiserver.request import User
from cluster.machinery.errors import forbidden, not_found, quote
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.rbac import CLUSTERROLEBINDINGS, CLUSTERROLES, GROUP, ROLEBINDINGS, ROLES
from cluster.machinery.meta import Obj

FULL_AUTHORITY: tuple[Obj, ...] = (
    {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
    {"verbs": ["*"], "nonResourceURLs": ["*"]},
)
_PLURALS = {kind.kind: kind.plural for kind in (ROLES, CLUSTERROLES)}


class RoleGuard:
    """Judges the writing of Roles, or of ClusterRoles."""

    def __init__(self, kind: Kind, policy: Policy, authorizer: Authorizer) -> None:
        self._kind, self._policy, self._authorizer = kind, policy, authorizer

    def __call__(self, obj: Obj, old: Obj | None, call: Call) -> None:
        """Refuse rules that the writer does not hold. Raises ApiError 403."""
        request, user = call.request, call.user
        question = Attributes(user, "escalate", GROUP, "*", self._kind.plural, "", request.namespace, request.name)
        if MASTERS in user.groups or self._authorizer.authorize(question).is_allowed or _only_lets_go(obj, old):
            return
        name = obj["metadata"].get("name", "")
        why = _excess(self._policy, user, request.namespace, obj.get("rules") or ())
        if why:
            raise forbidden(GROUP, self._kind.plural, name, why)
        gathers = "aggregationRule" in obj or "aggregationRule" in (old or {})
        if gathers and _excess(self._policy, user, "", FULL_AUTHORITY):
            raise forbidden(GROUP, self._kind.plural, name, "must have cluster-admin privileges to use the aggregationRule")


class BindingGuard:
    """Judges the writing of RoleBindings, or of ClusterRoleBindings. What is no kind of role at all is left to validation; upstream
    answers some who ask for it with an error of its own."""

    def __init__(self, kind: Kind, policy: Policy, authorizer: Authorizer) -> None:
        self._kind, self._policy, self._authorizer = kind, policy, authorizer

    def __call__(self, obj: Obj, old: Obj | None, call: Call) -> None:
        """Refuse a role whose rules the writer does not hold. Raises ApiError 403, 404 for a role that does not exist."""
        request, user, role_ref = call.request, call.user, obj["roleRef"]
        kind, name = role_ref.get("kind", ""), role_ref.get("name", "")
        if kind not in _PLURALS or MASTERS in user.groups or _only_lets_go(obj, old) or self._may_bind(user, role_ref, request.namespace):
            return
        rules = self._policy.rules(role_ref, request.namespace)
        if rules is None:
            raise not_found(GROUP, _PLURALS[kind], name)
        why = _excess(self._policy, user, request.namespace, rules)
        if why:
            raise forbidden(GROUP, self._kind.plural, obj["metadata"].get("name", ""), why)

    def _may_bind(self, user: User, role_ref: Obj, namespace: str) -> bool:
        plural, name = _PLURALS[role_ref["kind"]], role_ref.get("name", "")
        question = Attributes(user, "bind", role_ref.get("apiGroup", ""), "*", plural, "", namespace, name)
        return self._authorizer.authorize(question).is_allowed


def _only_lets_go(obj: Obj, old: Obj | None) -> bool:
    """Whether nothing changes but owners and finalizers: what the garbage collector has to change to delete an object."""
    if old is None:
        return False
    released = {field: old["metadata"].get(field) for field in ("ownerReferences", "finalizers", "managedFields")}
    meta = {**obj["metadata"], **released}
    return {**obj, "metadata": {field: value for field, value in meta.items() if value is not None}} == old


def _excess(policy: Policy, user: User, namespace: str, rules: Sequence[Obj]) -> str:
    """Return the complaint about rules that somebody does not hold, empty when they hold them all."""
    grants = list(policy.grants(user.name, user.groups, namespace))
    missing = missing_rules([rule for grant in grants for rule in grant.rules or ()], rules)
    if not missing:
        return ""
    lines = "\n".join(sorted({described(rule) for rule in compacted(missing)}))
    who = f"user {quote(user.name)} (groups={quoted(user.groups)})"
    lost = list(dict.fromkeys(not_found(GROUP, _PLURALS[grant.kind], grant.name).message for grant in grants if grant.rules is None))
    errors = f"; resolution errors: [{lost[0] if len(lost) == 1 else '[' + ', '.join(lost) + ']'}]" if lost else ""
    return f"{who} is attempting to grant RBAC permissions not currently held:\n{lines}{errors}"


GUARDS: Mapping[Kind, Callable[[Kind, Policy, Authorizer], Guard]] = {
    ROLES: RoleGuard,
    CLUSTERROLES: RoleGuard,
    ROLEBINDINGS: BindingGuard,
    CLUSTERROLEBINDINGS: BindingGuard,
}
"""What makes the guard of each kind."""
