"""Defaults of ReplicaSets. Upstream: ``pkg/apis/apps/v1/defaults.go`` (``SetDefaults_ReplicaSet``)."""

from __future__ import annotations

from cluster.apiserver.defaults.core.pod import set_pod_spec_defaults
from cluster.machinery.meta import Obj


def set_defaults(replica_set: Obj) -> None:
    """Fill in a ReplicaSet and the pod spec of its template."""
    replica_set["spec"].setdefault("replicas", 1)
    set_pod_spec_defaults(replica_set["spec"]["template"]["spec"])
