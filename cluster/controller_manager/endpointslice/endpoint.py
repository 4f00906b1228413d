"""One endpoint: what a slice says of a pod. Pure.

Upstream: ``staging/src/k8s.io/endpointslice/utils.go`` (``podToEndpoint``, ``getEndpointPorts``),
``staging/src/k8s.io/endpointslice/trafficdist/trafficdist.go``.
"""

from __future__ import annotations

from cluster.controller_manager.endpointslice.topology import ZONE, wants_hints
from cluster.controller_manager.pods import is_ready
from cluster.controller_manager.service_pods import find_port, hostname_of, pod_ips, target_ref
from cluster.machinery.meta import Obj

_TO_SAME_ZONE = ("PreferClose", "PreferSameZone", "PreferSameNode")


def endpoint_of(pod: Obj, node: Obj | None, service: Obj, address_type: str) -> Obj | None:
    """Return the endpoint of a pod, or None when it has no address of this type. ``node``: None when nobody knows it."""
    addresses = [address for address in pod_ips(pod) if (":" in address) == (address_type == "IPv6")]
    if not addresses:
        return None
    is_serving, is_terminating = is_ready(pod), "deletionTimestamp" in pod["metadata"]
    shows = bool(service["spec"].get("publishNotReadyAddresses")) or (is_serving and not is_terminating)
    endpoint: Obj = {
        "addresses": addresses[:1],
        "conditions": {"ready": shows, "serving": is_serving, "terminating": is_terminating},
        "targetRef": target_ref(pod),
    }
    hostname, zone = hostname_of(pod, service), _zone(node)
    for field, value in (("hostname", hostname), ("nodeName", pod["spec"].get("nodeName", "")), ("zone", zone)):
        if value:
            endpoint[field] = value
    hints = _hints(endpoint, service["spec"].get("trafficDistribution", "")) if shows and not wants_hints(service) else {}
    return {**endpoint, "hints": hints} if hints else endpoint


def _zone(node: Obj | None) -> str:
    return str(((node or {}).get("metadata", {}).get("labels") or {}).get(ZONE, ""))


def _hints(endpoint: Obj, distribution: str) -> Obj:
    """Return for whom an endpoint is meant first, as the Service's traffic distribution wants it."""
    hints: Obj = {}
    if distribution in _TO_SAME_ZONE and "zone" in endpoint:
        hints["forZones"] = [{"name": endpoint["zone"]}]
    if distribution == "PreferSameNode" and "nodeName" in endpoint:
        hints["forNodes"] = [{"name": endpoint["nodeName"]}]
    return hints


def ports_of(pod: Obj, service: Obj) -> list[Obj]:
    """Return the ports that a pod offers of a Service."""
    ports: list[Obj] = []
    for wanted in service["spec"].get("ports") or ():
        number = find_port(pod, wanted)
        if number is None:
            continue
        port: Obj = {"name": wanted.get("name", ""), "port": number, "protocol": wanted["protocol"]}
        if wanted.get("appProtocol") is not None:
            port["appProtocol"] = wanted["appProtocol"]
        ports.append(port)
    return ports
