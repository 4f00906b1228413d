"""Defaults of Endpoints. Upstream: ``pkg/apis/core/v1/defaults.go`` (``SetDefaults_Endpoints``)."""

from __future__ import annotations

from cluster.machinery.meta import Obj


def set_defaults(endpoints: Obj) -> None:
    """Fill in the protocol of each port."""
    for subset in endpoints.get("subsets") or ():
        for port in subset.get("ports") or ():
            if not port.get("protocol"):
                port["protocol"] = "TCP"
