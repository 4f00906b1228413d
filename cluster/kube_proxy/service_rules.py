"""The rules that follow from a Service and its endpoints, for one node. Pure.

A headless Service has none, nor has one that is only a name, nor one that another proxy looks after. ``loadBalancerSourceRanges`` is not
looked at.

Upstream: ``pkg/proxy/serviceport.go`` (``newBaseServiceInfo``), ``pkg/proxy/util/utils.go`` (``ShouldSkipService``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cluster.kube_proxy.endpoints import endpoints_of, usable
from cluster.machinery.meta import Obj
from cluster.machinery.netfilter.rules import ProxyMode, ServiceRule
from cluster.machinery.service import EXTERNAL_NAME, NONE

PROXY_NAME = "service.kubernetes.io/service-proxy-name"
"""Label of Services that another proxy looks after."""
HEADLESS = "service.kubernetes.io/headless"
DEFAULT_AFFINITY_SECONDS = 10800


def service_rules(service: Obj, slices: Sequence[Obj], node: str, zone: str, mode: ProxyMode) -> list[ServiceRule]:
    """Return a Service's rules, one a port, in the order of its ports."""
    if _is_skipped(service):
        return []
    return [_rule(service, port, slices, node, zone, mode) for port in service["spec"].get("ports") or ()]


def rule_name(service: Obj, port: Obj) -> str:
    """Return what kube-proxy calls a Service's port: ``namespace/name:port``."""
    meta, name = service["metadata"], port.get("name") or ""
    return f"{meta['namespace']}/{meta['name']}{':' if name else ''}{name}"


def _is_skipped(service: Obj) -> bool:
    spec, labels = service["spec"], service["metadata"].get("labels") or {}
    is_without_address = spec.get("type") == EXTERNAL_NAME or spec.get("clusterIP") in (None, "", NONE)
    return is_without_address or PROXY_NAME in labels or HEADLESS in labels


def _rule(service: Obj, port: Obj, slices: Sequence[Obj], node: str, zone: str, mode: ProxyMode) -> ServiceRule:
    spec, protocol = service["spec"], port.get("protocol", "TCP")
    found = usable(endpoints_of(slices, port.get("name") or "", protocol), node, zone)
    return ServiceRule(
        rule_name(service, port),
        protocol,
        mode,
        spec["clusterIP"],
        port["port"],
        found.cluster,
        found.local,
        found.has_any,
        (*(spec.get("externalIPs") or ()), *_load_balancer_ips(service)),
        port.get("nodePort") or 0,
        spec.get("internalTrafficPolicy") == "Local",
        spec.get("externalTrafficPolicy") == "Local",
        _affinity_seconds(spec),
    )


def _load_balancer_ips(service: Obj) -> Iterator[str]:
    """Yield the addresses of the load balancer that nodes take for their own; it keeps those of mode ``Proxy`` to itself."""
    if service["spec"].get("type") == "LoadBalancer":
        for ingress in ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ():
            if ingress.get("ip") and ingress.get("ipMode", "VIP") == "VIP":
                yield ingress["ip"]


def _affinity_seconds(spec: Obj) -> int:
    if spec.get("sessionAffinity") != "ClientIP":
        return 0
    config = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
    return config.get("timeoutSeconds") or DEFAULT_AFFINITY_SECONDS
