"""Defaults of DaemonSets. Upstream: ``pkg/apis/apps/v1/defaults.go`` (``SetDefaults_DaemonSet``)."""

from __future__ import annotations

from cluster.apiserver.defaults.core.pod import set_pod_spec_defaults
from cluster.machinery.meta import Obj


def set_defaults(daemon_set: Obj) -> None:
    """Fill in a DaemonSet and the pod spec of its template."""
    spec = daemon_set["spec"]
    strategy = spec["updateStrategy"]
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)
    spec.setdefault("revisionHistoryLimit", 10)
    set_pod_spec_defaults(spec["template"]["spec"])
