"""Kinds of the group ``flowcontrol.apiserver.k8s.io``. Upstream: ``pkg/registry/flowcontrol/rest/storage_flowcontrol.go``."""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind, status_of

GROUP = "flowcontrol.apiserver.k8s.io"

FLOWSCHEMAS = Kind(
    GROUP,
    "v1",
    "FlowSchema",
    "flowschemas",
    "flowschema",
    False,
    "flowschemas",
    subresources=(status_of(GROUP, "v1", "FlowSchema"),),
)
PRIORITYLEVELCONFIGURATIONS = Kind(
    GROUP,
    "v1",
    "PriorityLevelConfiguration",
    "prioritylevelconfigurations",
    "prioritylevelconfiguration",
    False,
    "prioritylevelconfigurations",
    subresources=(status_of(GROUP, "v1", "PriorityLevelConfiguration"),),
)

KINDS: tuple[Kind, ...] = (FLOWSCHEMAS, PRIORITYLEVELCONFIGURATIONS)
