"""Defaults of Nodes. Upstream: ``pkg/apis/core/v1/defaults.go`` (``SetDefaults_NodeStatus``)."""

from __future__ import annotations

from cluster.machinery.meta import Obj


def set_defaults(node: Obj) -> None:
    """A node that reports a capacity and nothing else may be filled up to it."""
    status = node["status"]
    if status.get("capacity") and "allocatable" not in status:
        status["allocatable"] = dict(status["capacity"])
