"""Defaults of EndpointSlices. Upstream: ``pkg/apis/discovery/v1/defaults.go`` (``SetDefaults_EndpointPort``)."""

from __future__ import annotations

from cluster.machinery.meta import Obj


def set_defaults(endpoint_slice: Obj) -> None:
    """Fill in name and protocol of each port; a list that is missing is written as null."""
    endpoint_slice.setdefault("endpoints", None)
    for port in endpoint_slice.setdefault("ports", None) or ():
        port.setdefault("name", "")
        port.setdefault("protocol", "TCP")
