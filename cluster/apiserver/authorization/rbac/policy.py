"""The roles and bindings of a cluster, kept so that what one subject was given is found without looking at the rest.

Upstream looks through every binding for every request (its informers keep them in memory). Here they are indexed by subject,
read from the store once and then kept by what the watch cache tells of them.

Upstream: ``pkg/registry/rbac/validation/rule.go`` (``VisitRulesFor``, ``GetRoleReferenceRules``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from cluster.machinery.errors import quote
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.rbac import CLUSTERROLEBINDINGS, CLUSTERROLES, ROLEBINDINGS, ROLES
from cluster.machinery.kinds.rbac import KINDS as RBAC_KINDS
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Event

_Name = tuple[str, str]
"""Namespace, empty for what belongs to the cluster, and name."""
_Subject = tuple[str, str]
"""``User`` or ``Group``, and name; a ServiceAccount is the user that it authenticates as."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody was given by a binding, as one of its subjects. ``rules``: None when there is no such role."""

    binding: Obj
    subject: Obj
    rules: Sequence[Obj] | None

    @property
    def kind(self) -> str:
        """``Role`` or ``ClusterRole``."""
        return str(self.binding["roleRef"]["kind"])

    @property
    def name(self) -> str:
        """The role's name."""
        return str(self.binding["roleRef"]["name"])

    @property
    def source(self) -> str:
        """By what it was given, as reasons say it."""
        namespace, name = _name_of(self.binding)
        kind = ROLEBINDINGS.kind if namespace else CLUSTERROLEBINDINGS.kind
        where = quote(f"{name}/{namespace}" if namespace else name)
        return f"{kind} {where} of {self.kind} {quote(self.name)} to {_description(self.subject, namespace)}"


class Policy:
    """``objects``: gives the roles and bindings as they are now, by kind. ``generation`` counts the changes since."""

    def __init__(self, objects: Callable[[Kind], Iterable[Obj]]) -> None:
        self.generation = 0
        self._objects = objects
        self._is_read = False
        self._roles: dict[_Name, Obj] = {}
        self._bindings: dict[_Name, Obj] = {}
        self._by_subject: dict[_Subject, dict[_Name, None]] = {}

    def grants(self, user: str, groups: Iterable[str], namespace: str) -> Iterator[Grant]:
        """Yield what somebody was given in the cluster, and then in a namespace, each in the order of the bindings' names."""
        self._read()
        subjects = (("User", user), *(("Group", group) for group in groups))
        names = sorted({name for subject in subjects for name in self._by_subject.get(subject, ())})
        for scope in ("", namespace) if namespace else ("",):
            for name in names:
                if name[0] == scope:
                    yield self._grant(self._bindings[name], scope, subjects)

    def rules(self, role_ref: Obj, namespace: str) -> Sequence[Obj] | None:
        """Return the rules of the role that a binding in ``namespace`` gives, None when there is no such role."""
        self._read()
        role = self._roles.get((namespace if role_ref["kind"] == ROLES.kind else "", role_ref["name"]))
        return None if role is None else role.get("rules") or ()

    def changed(self, kind: Kind, event: Event) -> None:
        """Take over a change of one of the four kinds."""
        if not self._is_read:
            return
        self.generation += 1
        for kept in (event.kv, event.prev):
            if kept is not None:
                self._forget(kind, kept.obj)
                break
        if event.kv is not None:
            self._keep(kind, event.kv.obj)

    def _read(self) -> None:
        if not self._is_read:
            self._is_read = True
            for kind in RBAC_KINDS:
                for obj in self._objects(kind):
                    self._keep(kind, obj)

    def _keep(self, kind: Kind, obj: Obj) -> None:
        name = _name_of(obj)
        if kind in (CLUSTERROLES, ROLES):
            self._roles[name] = obj
            return
        self._bindings[name] = obj
        for subject in _subjects(obj, name[0]):
            self._by_subject.setdefault(subject, {})[name] = None

    def _forget(self, kind: Kind, obj: Obj) -> None:
        name = _name_of(obj)
        if kind in (CLUSTERROLES, ROLES):
            self._roles.pop(name, None)
            return
        kept = self._bindings.pop(name, None)
        for subject in _subjects(kept, name[0]) if kept is not None else ():
            self._by_subject.get(subject, {}).pop(name, None)

    def _grant(self, binding: Obj, namespace: str, subjects: Sequence[_Subject]) -> Grant:
        subject = next(each for each in binding["subjects"] if _subject_of(each, namespace) in subjects)
        return Grant(binding, subject, self.rules(binding["roleRef"], namespace))


def _name_of(obj: Obj) -> _Name:
    meta = obj["metadata"]
    return meta.get("namespace", ""), meta["name"]


def _subjects(binding: Obj, namespace: str) -> Iterator[_Subject]:
    return (_subject_of(subject, namespace) for subject in binding.get("subjects") or ())


def _subject_of(subject: Obj, namespace: str) -> _Subject:
    if subject["kind"] == "ServiceAccount":
        return "User", f"system:serviceaccount:{subject.get('namespace') or namespace}:{subject['name']}"
    return subject["kind"], subject["name"]


def _description(subject: Obj, namespace: str) -> str:
    name = subject["name"]
    if subject["kind"] == "ServiceAccount":
        name = f"{name}/{subject.get('namespace') or namespace}"
    return f"{subject['kind']} {quote(name)}"
