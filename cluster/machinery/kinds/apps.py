"""Kinds of the group ``apps``. Upstream: ``pkg/registry/apps/rest/storage_apps.go``."""

from __future__ import annotations

from cluster.machinery.kinds.model import SCALE, Kind, status_of

DEPLOYMENTS = Kind(
    "apps",
    "v1",
    "Deployment",
    "deployments",
    "deployment",
    True,
    "deployments",
    ("deploy",),
    ("all",),
    subresources=(SCALE, status_of("apps", "v1", "Deployment")),
)
REPLICASETS = Kind(
    "apps",
    "v1",
    "ReplicaSet",
    "replicasets",
    "replicaset",
    True,
    "replicasets",
    ("rs",),
    ("all",),
    subresources=(SCALE, status_of("apps", "v1", "ReplicaSet")),
)

KINDS: tuple[Kind, ...] = (DEPLOYMENTS, REPLICASETS)
