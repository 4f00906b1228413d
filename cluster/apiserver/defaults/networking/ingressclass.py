"""Defaults of IngressClasses. Upstream: ``pkg/apis/networking/v1/defaults.go`` (``SetDefaults_IngressClass``)."""

from __future__ import annotations

from cluster.machinery.meta import Obj


def set_defaults(ingress_class: Obj) -> None:
    """Parameters are an object of the cluster, unless they say that they are in a namespace."""
    parameters = ingress_class["spec"].get("parameters")
    if parameters is not None:
        parameters.setdefault("scope", "Cluster")
