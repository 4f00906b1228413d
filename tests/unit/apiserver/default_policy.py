"""The roles and bindings of a new cluster, without writing them into its store."""

from __future__ import annotations

from collections.abc import Iterable

from cluster.apiserver.authorization.bootstrap_policy import DEFAULTS, KUBEADM
from cluster.apiserver.authorization.rbac.policy import Policy
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj


def default_policy() -> Policy:
    """Return a policy that begins with the defaults and kubeadm's roles."""
    return Policy(_defaults)


def _defaults(kind: Kind) -> Iterable[Obj]:
    return (obj for obj in (*DEFAULTS, *KUBEADM) if obj["kind"] == kind.kind)
