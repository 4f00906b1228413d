"""What follows from a Service's type and addresses: who reaches it, and what it therefore needs.

Upstream: ``pkg/api/service/util.go``, ``pkg/registry/core/service/strategy.go``.
"""

from __future__ import annotations

from cluster.machinery.meta import Obj

CLUSTER_IP, NODE_PORT, LOAD_BALANCER, EXTERNAL_NAME = "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"
NONE = "None"
"""The cluster IP of a headless Service."""


def needs_cluster_ip(spec: Obj) -> bool:
    """Whether a Service has a cluster IP, be it ``None``: all but those that are only a name."""
    return spec.get("type") != EXTERNAL_NAME


def needs_node_ports(spec: Obj) -> bool:
    """Whether a Service is also open on the nodes."""
    return spec.get("type") in (NODE_PORT, LOAD_BALANCER)


def needs_health_check(spec: Obj) -> bool:
    """Whether a load balancer asks each node if it has endpoints of its own."""
    return spec.get("type") == LOAD_BALANCER and spec.get("externalTrafficPolicy") == "Local"


def is_externally_accessible(spec: Obj) -> bool:
    """Whether traffic comes in from outside the cluster."""
    return needs_node_ports(spec) or (spec.get("type") == CLUSTER_IP and bool(spec.get("externalIPs")))


def is_headless(spec: Obj) -> bool:
    """Whether a Service has endpoints and no address of its own."""
    return spec.get("clusterIPs") == [NONE]


def node_ports(spec: Obj) -> list[int]:
    """Return the ports that a Service has on the nodes, health check included."""
    ports = [port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")]
    return [*ports, spec["healthCheckNodePort"]] if spec.get("healthCheckNodePort") else ports
