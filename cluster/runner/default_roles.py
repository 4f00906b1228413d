"""The default roles and bindings, written when the loops of a cluster start.

kube-apiserver does so as one of its post-start hooks; kubeadm adds its own once, when it makes the cluster.

Upstream: ``pkg/registry/rbac/rest/storage_rbac.go`` (``PostStartHook``, ``ensureRBACPolicy``).
"""

from __future__ import annotations

from cluster.apiserver.authorization.bootstrap_policy import DEFAULTS, KUBEADM
from cluster.apiserver.authorization.rbac.reconciliation import reconciled
from cluster.client.client import Client
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.rbac import KINDS
from cluster.machinery.meta import Obj

_KINDS = {kind.kind: kind for kind in KINDS}


def ensure_default_roles(client: Client) -> None:
    """Create and complete what every cluster has; a cluster without any binding is new, and gets kubeadm's too."""
    existing = {_key(obj): obj for kind in KINDS for obj in client.list(kind)}
    for expected in DEFAULTS if existing else (*DEFAULTS, *KUBEADM):
        _ensure(client, existing.get(_key(expected)), expected)


def _ensure(client: Client, existing: Obj | None, expected: Obj) -> None:
    kind = _kind(expected)
    if existing is None:
        client.create(kind, expected)
        return
    wanted = reconciled(existing, expected)
    if wanted is existing:
        return
    if "uid" in wanted["metadata"]:
        client.update(kind, wanted)
        return
    meta = existing["metadata"]
    client.delete(kind, meta["name"], meta.get("namespace", ""), uid=meta["uid"])
    client.create(kind, wanted)


def _kind(obj: Obj) -> Kind:
    return _KINDS[obj["kind"]]


def _key(obj: Obj) -> str:
    meta = obj["metadata"]
    return _kind(obj).storage_key(meta.get("namespace", ""), meta["name"])
