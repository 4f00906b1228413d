"""Defaults of Deployments. Upstream: ``pkg/apis/apps/v1/defaults.go`` (``SetDefaults_Deployment``)."""

from __future__ import annotations

from cluster.apiserver.defaults.core.pod import set_pod_spec_defaults
from cluster.machinery.meta import Obj


def set_defaults(deployment: Obj) -> None:
    """Fill in a Deployment and the pod spec of its template."""
    spec = deployment["spec"]
    spec.setdefault("replicas", 1)
    strategy = spec["strategy"]
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")
    spec.setdefault("revisionHistoryLimit", 10)
    spec.setdefault("progressDeadlineSeconds", 600)
    set_pod_spec_defaults(spec["template"]["spec"])
