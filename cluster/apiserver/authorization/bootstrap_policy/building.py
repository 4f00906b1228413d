"""How the tables of default roles are written: words in a row, which become sorted lists as upstream's do.

Upstream: ``pkg/apis/rbac/v1/helpers.go`` (``NewRule``, ``NewClusterBinding``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.rbac import CLUSTERROLEBINDINGS, CLUSTERROLES, GROUP, ROLEBINDINGS, ROLES
from cluster.machinery.meta import Obj

Table = Mapping[str, Sequence[Obj]]
"""Roles by name: their rules."""

CORE = '""'
"""How a row names the core group, whose name is empty."""
READ = "get list watch"
WRITE = "create update patch delete deletecollection"
READ_WRITE = f"{READ} {WRITE}"
READ_UPDATE = f"{READ} update patch"

_DEFAULT_LABELS = {"kubernetes.io/bootstrapping": "rbac-defaults"}
_DEFAULT_ANNOTATIONS = {"rbac.authorization.kubernetes.io/autoupdate": "true"}


def _words(text: str) -> list[str]:
    return sorted(text.split())


def rule(verbs: str, groups: str, resources: str, names: str = "") -> Obj:
    """Return a rule for resources."""
    made = {"verbs": _words(verbs), "apiGroups": sorted("" if each == CORE else each for each in groups.split())}
    made["resources"] = _words(resources)
    return {**made, "resourceNames": _words(names)} if names else made


def path_rule(verbs: str, paths: str) -> Obj:
    """Return a rule for paths."""
    return {"verbs": _words(verbs), "nonResourceURLs": _words(paths)}


EVENTS_RULE = rule("create update patch", f"{CORE} events.k8s.io", "events")


def user(name: str) -> Obj:
    """Return a user as the subject of a binding."""
    return {"kind": "User", "apiGroup": GROUP, "name": name}


def group(name: str) -> Obj:
    """Return a group as the subject of a binding."""
    return {"kind": "Group", "apiGroup": GROUP, "name": name}


def service_account(name: str, namespace: str = "kube-system") -> Obj:
    """Return a ServiceAccount as the subject of a binding."""
    return {"kind": "ServiceAccount", "name": name, "namespace": namespace}


def role(name: str, rules: Sequence[Obj] | None, *, namespace: str = "") -> Obj:
    """Return a Role, or a ClusterRole without a namespace."""
    return {**_object(ROLES if namespace else CLUSTERROLES, name, namespace), "rules": None if rules is None else list(rules)}


def binding(name: str, of: Obj, *subjects: Obj, namespace: str = "") -> Obj:
    """Return a RoleBinding, or a ClusterRoleBinding without a namespace. ``of``: the role that it gives."""
    made = _object(ROLEBINDINGS if namespace else CLUSTERROLEBINDINGS, name, namespace)
    made["roleRef"] = {"apiGroup": GROUP, "kind": of["kind"], "name": of["metadata"]["name"]}
    return {**made, "subjects": list(subjects)} if subjects else made


def as_default(obj: Obj) -> Obj:
    """Return an object with the marks of what kube-apiserver keeps up to date by itself."""
    meta = obj["metadata"]
    labels = {**_DEFAULT_LABELS, **meta.get("labels", {})}
    return {**obj, "metadata": {**meta, "labels": labels, "annotations": dict(_DEFAULT_ANNOTATIONS)}}


def cluster_role(name: str) -> Obj:
    """Return a ClusterRole of which only the name matters: what a binding gives."""
    return role(name, None)


def _object(kind: Kind, name: str, namespace: str) -> Obj:
    meta = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": meta}
