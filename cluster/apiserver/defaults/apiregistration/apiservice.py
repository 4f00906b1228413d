"""Defaults of APIServices. Upstream: ``staging/src/k8s.io/kube-aggregator/pkg/apis/apiregistration/v1/defaults.go``."""

from __future__ import annotations

from cluster.machinery.meta import Obj

HTTPS_PORT = 443


def set_defaults(api_service: Obj) -> None:
    """Fill in what an APIService leaves out: priorities that were not given are 0, which is refused."""
    spec = api_service.setdefault("spec", {})
    for field in ("groupPriorityMinimum", "versionPriority"):
        spec.setdefault(field, 0)
    if spec.get("service") is not None and spec["service"].get("port") is None:
        spec["service"] = {**spec["service"], "port": HTTPS_PORT}
