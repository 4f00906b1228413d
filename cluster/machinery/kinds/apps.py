"""Kinds of the group ``apps``. Upstream: ``pkg/registry/apps/rest/storage_apps.go``."""

from __future__ import annotations

from cluster.machinery.kinds.model import SCALE, Kind, status_of

CONTROLLERREVISIONS = Kind("apps", "v1", "ControllerRevision", "controllerrevisions", "controllerrevision", True, "controllerrevisions")
DAEMONSETS = Kind(
    "apps",
    "v1",
    "DaemonSet",
    "daemonsets",
    "daemonset",
    True,
    "daemonsets",
    ("ds",),
    ("all",),
    subresources=(status_of("apps", "v1", "DaemonSet"),),
)
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

STATEFULSETS = Kind(
    "apps",
    "v1",
    "StatefulSet",
    "statefulsets",
    "statefulset",
    True,
    "statefulsets",
    ("sts",),
    ("all",),
    subresources=(SCALE, status_of("apps", "v1", "StatefulSet")),
)

KINDS: tuple[Kind, ...] = (CONTROLLERREVISIONS, DAEMONSETS, DEPLOYMENTS, REPLICASETS, STATEFULSETS)
