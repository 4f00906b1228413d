"""Kinds of the group ``metrics.k8s.io``, which metrics-server adds to a cluster. Upstream: metrics-server, ``pkg/api/install.go``."""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind

GROUP, VERSION = "metrics.k8s.io", "v1beta1"
NODEMETRICS = Kind(GROUP, VERSION, "NodeMetrics", "nodes", "", False, "", verbs=("get", "list"))
PODMETRICS = Kind(GROUP, VERSION, "PodMetrics", "pods", "", True, "", verbs=("get", "list"))

KINDS: tuple[Kind, ...] = (NODEMETRICS, PODMETRICS)
