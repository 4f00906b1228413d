"""Small roles and bindings for tests."""

from __future__ import annotations

from cluster.apiserver.authorization.rbac.policy import Policy
from cluster.machinery.kinds.rbac import GROUP
from cluster.machinery.meta import Obj

_API_VERSION = f"{GROUP}/v1"


def cluster_role(name: str, *rules: Obj) -> Obj:
    """Return a ClusterRole."""
    return {"apiVersion": _API_VERSION, "kind": "ClusterRole", "metadata": {"name": name}, "rules": list(rules)}


def role(name: str, *rules: Obj, namespace: str = "default") -> Obj:
    """Return a Role."""
    return {**cluster_role(name, *rules), "kind": "Role", "metadata": {"name": name, "namespace": namespace}}


def cluster_binding(name: str, of: str, *subjects: Obj) -> Obj:
    """Return a ClusterRoleBinding of a ClusterRole."""
    role_ref = {"apiGroup": GROUP, "kind": "ClusterRole", "name": of}
    meta = {"name": name}
    return {"apiVersion": _API_VERSION, "kind": "ClusterRoleBinding", "metadata": meta, "roleRef": role_ref, "subjects": list(subjects)}


def binding(name: str, of: str, *subjects: Obj, kind: str = "Role", namespace: str = "default") -> Obj:
    """Return a RoleBinding of a Role, or of a ClusterRole."""
    made = cluster_binding(name, of, *subjects)
    meta = {"name": name, "namespace": namespace}
    return {**made, "kind": "RoleBinding", "metadata": meta, "roleRef": {**made["roleRef"], "kind": kind}}


def policy_of(*objects: Obj) -> Policy:
    """Return a policy that begins with some roles and bindings."""
    return Policy(lambda kind: (obj for obj in objects if obj["kind"] == kind.kind))
