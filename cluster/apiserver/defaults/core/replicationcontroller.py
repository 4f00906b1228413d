"""Defaults of ReplicationControllers. Upstream: ``pkg/apis/core/v1/defaults.go`` (``SetDefaults_ReplicationController``)."""

from __future__ import annotations

from cluster.apiserver.defaults.core.pod import set_pod_spec_defaults
from cluster.machinery.meta import Obj


def set_defaults(controller: Obj) -> None:
    """Fill in a ReplicationController: it selects, and is labelled, as its pods are."""
    spec = controller["spec"]
    template = spec.get("template")
    labels = template["metadata"].get("labels") if template else None
    if labels:
        if not spec.get("selector"):
            spec["selector"] = dict(labels)
        if not controller["metadata"].get("labels"):
            controller["metadata"]["labels"] = dict(labels)
    spec.setdefault("replicas", 1)
    if template:
        set_pod_spec_defaults(template["spec"])
