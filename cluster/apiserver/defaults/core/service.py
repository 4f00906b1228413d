"""Defaults of Services, as far as they do not depend on the cluster. Addresses and ports are allocated by its registry.

Upstream: ``pkg/apis/core/v1/defaults.go`` (``SetDefaults_Service``).
"""

from __future__ import annotations

from cluster.machinery.meta import Obj
from cluster.machinery.service import LOAD_BALANCER, is_externally_accessible, needs_node_ports

_AFFINITY_SECONDS = 10800


def set_defaults(service: Obj) -> None:
    """Fill in a Service: type, session affinity, ports and traffic policies."""
    spec = service["spec"]
    _set_session_affinity(spec)
    if not spec.get("type"):
        spec["type"] = "ClusterIP"
    for port in spec.get("ports") or ():
        if not port.get("protocol"):
            port["protocol"] = "TCP"
        if port.get("targetPort") in (None, 0, ""):
            port["targetPort"] = port["port"]
    if is_externally_accessible(spec) and not spec.get("externalTrafficPolicy"):
        spec["externalTrafficPolicy"] = "Cluster"
    if needs_node_ports(spec) or spec["type"] == "ClusterIP":
        spec.setdefault("internalTrafficPolicy", "Cluster")
    if spec["type"] == LOAD_BALANCER:
        spec.setdefault("allocateLoadBalancerNodePorts", True)
        for ingress in service["status"]["loadBalancer"].get("ingress") or ():
            if ingress.get("ip"):
                ingress.setdefault("ipMode", "VIP")


def _set_session_affinity(spec: Obj) -> None:
    if not spec.get("sessionAffinity"):
        spec["sessionAffinity"] = "None"
    if spec["sessionAffinity"] == "None":
        spec.pop("sessionAffinityConfig", None)
    elif spec["sessionAffinity"] == "ClientIP":
        client = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
        if client.get("timeoutSeconds") is None:
            spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": _AFFINITY_SECONDS}}
