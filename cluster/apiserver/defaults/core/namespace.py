"""Defaults of Namespaces. Upstream: ``pkg/apis/core/v1/defaults.go`` (``SetDefaults_Namespace``, ``SetDefaults_NamespaceStatus``)."""

from __future__ import annotations

from cluster.machinery.meta import Obj


def set_defaults(namespace: Obj) -> None:
    """Fill in the label that lets selectors name a namespace, and the phase."""
    meta = namespace["metadata"]
    if meta.get("name"):
        meta.setdefault("labels", {})["kubernetes.io/metadata.name"] = meta["name"]
    namespace["status"].setdefault("phase", "Active")
