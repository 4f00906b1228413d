"""Kinds of the group ``networking.k8s.io``. Upstream: ``pkg/registry/networking/rest/storage_settings.go``."""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind, status_of

INGRESSCLASSES = Kind("networking.k8s.io", "v1", "IngressClass", "ingressclasses", "ingressclass", False, "ingressclasses")
INGRESSES = Kind(
    "networking.k8s.io",
    "v1",
    "Ingress",
    "ingresses",
    "ingress",
    True,
    "ingress",
    ("ing",),
    subresources=(status_of("networking.k8s.io", "v1", "Ingress"),),
)
IPADDRESSES = Kind("networking.k8s.io", "v1", "IPAddress", "ipaddresses", "ipaddress", False, "ipaddresses", ("ip",))
NETWORKPOLICIES = Kind("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", "networkpolicy", True, "networkpolicies", ("netpol",))
SERVICECIDRS = Kind(
    "networking.k8s.io",
    "v1",
    "ServiceCIDR",
    "servicecidrs",
    "servicecidr",
    False,
    "servicecidrs",
    subresources=(status_of("networking.k8s.io", "v1", "ServiceCIDR"),),
)

KINDS: tuple[Kind, ...] = (INGRESSCLASSES, INGRESSES, IPADDRESSES, NETWORKPOLICIES, SERVICECIDRS)
