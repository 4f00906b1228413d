"""Kinds of the core group. Upstream: ``pkg/registry/core/rest/storage_core.go``."""

from __future__ import annotations

from cluster.machinery.kinds.authentication import TOKEN
from cluster.machinery.kinds.model import Kind, Subresource, status_of

CONFIGMAPS = Kind("", "v1", "ConfigMap", "configmaps", "configmap", True, "configmaps", ("cm",))
EVENTS = Kind("", "v1", "Event", "events", "event", True, "events", ("ev",))
NAMESPACES = Kind(
    "",
    "v1",
    "Namespace",
    "namespaces",
    "namespace",
    False,
    "namespaces",
    ("ns",),
    verbs=("create", "delete", "get", "list", "patch", "update", "watch"),
    subresources=(Subresource("finalize", ("update",), "Namespace", "", "v1"), status_of("", "v1", "Namespace")),
)
NODES = Kind("", "v1", "Node", "nodes", "node", False, "minions", ("no",), subresources=(status_of("", "v1", "Node"),))
PODS = Kind(
    "",
    "v1",
    "Pod",
    "pods",
    "pod",
    True,
    "pods",
    ("po",),
    ("all",),
    subresources=(
        Subresource("binding", ("create",), "Binding", "", "v1"),
        Subresource("eviction", ("create",), "Eviction", "policy", "v1"),
        status_of("", "v1", "Pod"),
    ),
)
SERVICEACCOUNTS = Kind(
    "", "v1", "ServiceAccount", "serviceaccounts", "serviceaccount", True, "serviceaccounts", ("sa",), subresources=(TOKEN,)
)

KINDS: tuple[Kind, ...] = (CONFIGMAPS, EVENTS, NAMESPACES, NODES, PODS, SERVICEACCOUNTS)
