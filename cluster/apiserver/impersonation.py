"""Impersonation: a request made in somebody else's name.

Several modes are tried, from the narrowest to the oldest; the first that allows it decides what groups the impersonated
gets. The constrained modes ask two things: whether this very request may be made in such a name (``impersonate-on:<mode>:<verb>``),
and whether this name may be taken (``impersonate:<mode>``). The legacy mode asks only for the verb ``impersonate``. Who may do
it in no mode hears why the first would not have it. Upstream remembers answers; here RBAC does.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/filters/impersonation/{constrained_impersonation,mode}.go``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from cluster.apiserver.authentication import ALL_AUTHENTICATED, ANONYMOUS
from cluster.apiserver.authorization.attributes import Attributes
from cluster.apiserver.authorization.decision import Authorizer
from cluster.apiserver.authorization.node.authorizer import NODE_USER, NODES_GROUP
from cluster.apiserver.authorization.refusals import refused
from cluster.apiserver.authorization.union import MASTERS
from cluster.apiserver.request import User
from cluster.apiserver.validation import names
from cluster.machinery.errors import ApiError, bad_request, quote

AUTHENTICATION = "authentication.k8s.io"
ALL_UNAUTHENTICATED = "system:unauthenticated"
MANY = 4
"""So many groups or values are asked for at once before they are one by one."""

_SERVICE_ACCOUNT = "system:serviceaccount:"
_NODE_NAME = "authentication.kubernetes.io/node-name"
_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"
Ask = Callable[[Attributes], None]
"""Raises ApiError 403 for what is not allowed."""


@dataclass(frozen=True, slots=True)
class _Mode:
    """``applies``: whether somebody (first) may be wanted to be somebody else (second) in this way at all."""

    name: str
    applies: Callable[[User, User], bool]

    @property
    def is_constrained(self) -> bool:
        return bool(self.name)

    @property
    def verb(self) -> str:
        return f"impersonate:{self.name}" if self.name else "impersonate"

    @property
    def group(self) -> str:
        """The group of users and groups: in the legacy mode they pass for kinds of the core group."""
        return AUTHENTICATION if self.name else ""


def impersonated(authorizer: Authorizer, wanted: User, attributes: Attributes) -> User:
    """Return whom a request is taken for that wants to be made in the name of ``wanted``. ``attributes``: the request, as its
    maker's own. Raises ApiError 400 without a name, 403.
    """
    if not wanted.name:
        raise bad_request(f"requested {_go_struct(wanted)} without impersonating a user name")
    refusal: ApiError | None = None
    for mode in _MODES:
        if mode.applies(attributes.user, wanted):
            try:
                return _checked(mode, authorizer, wanted, attributes)
            except ApiError as error:
                refusal = refusal or error
    raise refusal or refused(attributes)


def _checked(mode: _Mode, authorizer: Authorizer, wanted: User, attributes: Attributes) -> User:
    def ask(question: Attributes) -> None:
        decision = authorizer.authorize(question)
        if not decision.is_allowed:
            raise refused(question, decision.reason)

    if mode.is_constrained:
        ask(attributes._replace(verb=f"impersonate-on:{mode.name}:{attributes.verb}"))
    blank = Attributes(attributes.user, mode.verb, mode.group, "v1")
    taken = _take_name(mode, ask, wanted, blank)
    if wanted.uid:
        ask(blank._replace(group=AUTHENTICATION, resource="uids", name=wanted.uid))
    _ask_for_groups(mode, ask, wanted.groups, blank)
    _ask_for_extra(mode, ask, wanted.extra, blank._replace(group=AUTHENTICATION, resource="userextras"))
    if taken.name == ANONYMOUS.name:
        return _with_group(taken, ALL_UNAUTHENTICATED)
    return taken if ALL_UNAUTHENTICATED in taken.groups else _with_group(taken, ALL_AUTHENTICATED)


def _take_name(mode: _Mode, ask: Ask, wanted: User, blank: Attributes) -> User:
    """Ask for the name; nodes and ServiceAccounts come with the groups that they have."""
    node, account = _node_of(wanted), _service_account_of(wanted)
    if node is not None and mode.is_constrained:
        ask(blank._replace(resource="nodes", name="*" if mode is _ASSOCIATED_NODE else node))
        return replace(wanted, groups=(NODES_GROUP,))
    if account is not None:
        namespace, name = account
        ask(blank._replace(resource="serviceaccounts", namespace=namespace, name=name))
        return wanted if wanted.groups else replace(wanted, groups=("system:serviceaccounts", f"system:serviceaccounts:{namespace}"))
    ask(blank._replace(resource="users", name=wanted.name))
    return wanted


def _ask_for_groups(mode: _Mode, ask: Ask, groups: Sequence[str], blank: Attributes) -> None:
    question = blank._replace(resource="groups")
    if mode.is_constrained:
        if "" in groups:
            raise refused(question, "impersonating the empty string group is not allowed")
        if MASTERS in groups:
            raise refused(question._replace(name=MASTERS), f"impersonating the {MASTERS} group is not allowed")
        if len(groups) >= MANY and _is_allowed(ask, question._replace(name="*")):
            return
    for group in groups:
        ask(question._replace(name=group))


def _ask_for_extra(mode: _Mode, ask: Ask, extra: Sequence[tuple[str, tuple[str, ...]]], question: Attributes) -> None:
    if mode.is_constrained and extra:
        for key, values in extra:
            fault = _fault_of_extra(key, values)
            if fault:
                raise refused(question, fault)
        many = len(extra) >= MANY or sum(len(values) for _, values in extra) >= MANY
        if many and _is_allowed(ask, question._replace(subresource="*", name="*")):
            return
    for key, values in extra:
        for value in values:
            ask(question._replace(subresource=key, name=value))


def _fault_of_extra(key: str, values: Sequence[str]) -> str:
    if not key:
        return "impersonating the empty string key in extra is not allowed"
    faults = _faults_of_path(key)
    if faults:
        text = ", ".join(f"extra.key: Invalid value: {quote(part)}: {fault}" for part, fault in faults)
        return f"impersonating an invalid key in extra is not allowed: {text if len(faults) == 1 else f'[{text}]'}"
    if key != key.lower():
        return f"impersonating a non-lowercase key in extra is not allowed: {quote(key)}"
    if not values:
        return "impersonating empty values in extra is not allowed"
    return "impersonating the empty string value in extra is not allowed" if "" in values else ""


def _faults_of_path(key: str) -> list[tuple[str, str]]:
    host, _, path = key.partition("/")
    if not host or not path:
        return [(key, 'must be a domain-prefixed path (such as "acme.io/foo")')]
    faults = [(host, complaint) for complaint in names.dns_subdomain(host)]
    return faults if re.fullmatch(_PATH, path) else [*faults, (path, f"Invalid path (regex used for validation is '{_PATH}')")]


def _is_allowed(ask: Ask, question: Attributes) -> bool:
    try:
        ask(question)
    except ApiError:
        return False
    return True


def _with_group(user: User, group: str) -> User:
    return user if group in user.groups else replace(user, groups=(*user.groups, group))


def _has_only_a_name(user: User) -> bool:
    return not (user.uid or user.groups or user.extra)


def _node_of(user: User) -> str | None:
    name = user.name.removeprefix(NODE_USER)
    return name if name != user.name and not names.dns_subdomain(name) else None


def _service_account_of(user: User) -> tuple[str, str] | None:
    parts = user.name.removeprefix(_SERVICE_ACCOUNT).split(":") if user.name.startswith(_SERVICE_ACCOUNT) else ()
    if len(parts) != 2 or names.dns_label(parts[0]) or names.dns_subdomain(parts[1]):
        return None
    return parts[0], parts[1]


def _runs_on_the_node(requestor: User, wanted: User) -> bool:
    """Whether a ServiceAccount's token was made for a pod on the node that it wants to be."""
    node = _node_of(wanted)
    is_account = _service_account_of(requestor) is not None
    return node is not None and is_account and dict(requestor.extra).get(_NODE_NAME) == (node,)


def _go_struct(user: User) -> str:
    """Write a user as Go's ``%#v`` does."""
    extra = "map[string][]string(nil)"
    if user.extra:
        extra = "map[string][]string{" + ", ".join(f"{quote(key)}:{_go_list(values)}" for key, values in user.extra) + "}"
    groups = _go_list(user.groups) if user.groups else "[]string(nil)"
    return f'&user.DefaultInfo{{Name:"", UID:{quote(user.uid)}, Groups:{groups}, Extra:{extra}}}'


def _go_list(texts: Iterable[str]) -> str:
    return "[]string{" + ", ".join(quote(text) for text in texts) + "}"


_ASSOCIATED_NODE = _Mode("associated-node", lambda requestor, wanted: _has_only_a_name(wanted) and _runs_on_the_node(requestor, wanted))
_MODES = (
    _ASSOCIATED_NODE,
    _Mode("arbitrary-node", lambda _, wanted: _has_only_a_name(wanted) and _node_of(wanted) is not None),
    _Mode("serviceaccount", lambda _, wanted: _has_only_a_name(wanted) and _service_account_of(wanted) is not None),
    _Mode("user-info", lambda _, wanted: _node_of(wanted) is None and _service_account_of(wanted) is None),
    _Mode("", lambda _, wanted: True),
)
