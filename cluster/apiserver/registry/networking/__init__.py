"""The group ``networking.k8s.io``. Upstream: ``pkg/registry/networking/``."""

from __future__ import annotations

from cluster.apiserver.registry.networking.ingress import IngressStrategy
from cluster.apiserver.registry.networking.ingressclass import IngressClassStrategy
from cluster.apiserver.registry.networking.ipaddress import IPAddressStrategy
from cluster.apiserver.registry.networking.networkpolicy import NetworkPolicyStrategy
from cluster.apiserver.registry.networking.servicecidr import ServiceCIDRStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (
    IngressStrategy(),
    IngressClassStrategy(),
    IPAddressStrategy(),
    NetworkPolicyStrategy(),
    ServiceCIDRStrategy(),
)
